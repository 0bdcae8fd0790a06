/** Finds the figures that a report shows, by the data attributes of their cells. */

export interface ShownFigure {
  readonly cell: string;
  readonly metric: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number | null;
  /** The best cell, for a ratio against it. */
  readonly best: string | null;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);

export function figuresIn(page: string): readonly ShownFigure[] {
  return [...page.matchAll(/<td[^>]* data-value="[^>]*>/g)].map(([tag]) => {
    const attribute = (name: string): string | null => {
      const found = new RegExp(` data-${name}="([^"]*)"`).exec(tag);
      return found === null ? null : unescaped(found[1] ?? '');
    };
    const number = (name: string): number | null => {
      const text = attribute(name);
      return text === null ? null : Number(text);
    };
    return {
      cell: attribute('cell') ?? '',
      metric: attribute('metric') ?? '',
      value: number('value') ?? Number.NaN,
      low: number('low'),
      high: number('high'),
      n: number('n'),
      best: attribute('best'),
    };
  });
}
