import { expect, test } from 'vitest';
import { catalogueOf } from '../../../runner/cli/world.ts';
import { findScenarios, loadScenarios } from '../../../scenarios/load.ts';
import { parseScenarioText } from '../../../scenarios/parse-text.ts';
import { typescriptTemplate, yamlTemplate } from '../../../scenarios/template.ts';
import { loadRegistry } from '../../../servers/registry.ts';

const catalogue = catalogueOf(await loadRegistry());
const files = await findScenarios();

test.each(files.map(({ name }) => name))(
  'the shipped scenario %s is valid, and its patterns name what is defined',
  async (name) => {
    const [loaded] = await loadScenarios([name], { cwd: process.cwd(), catalogue });
    expect(loaded?.name).toBe(name);
  },
);

test('"lab run all" takes the headline scenarios, and they share one capacity', async () => {
  const all = await loadScenarios(['all'], { cwd: process.cwd(), catalogue });
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['models', 'fork-overhead', 'concurrency']),
  );
  expect(new Set(all.map(({ scenario }) => JSON.stringify(scenario.capacity))).size).toBe(1);
});

test('what `lab new scenario` writes is valid as it stands', () => {
  expect(parseScenarioText(yamlTemplate('mine', 'mine'), 'mine.yaml', catalogue).ok).toBe(true);
  expect(typescriptTemplate('mine', 'mine', true)).toContain('export default defineScenario({');
  expect(typescriptTemplate('mine', './mine.ts', false)).toMatch(
    /^\/\/ .*\nexport default \{[\s\S]*\n\};\n$/,
  );
});
