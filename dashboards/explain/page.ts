import type { Explanation } from '../../results/schema/explanation.ts';
export function renderExplanationPage(explanation: Explanation): string {
  return JSON.stringify(explanation);
}
