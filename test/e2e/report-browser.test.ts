/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The report in a real Chromium: no network, no errors, no sideways scrolling, charts that are drawn, tables without script. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../dashboards/report/render.ts';
import { analyse } from '../../results/analyse/analyse.ts';
import { sampleRun } from '../helpers/sample-run.ts';

const CHROMIUM = '/usr/bin/chromium';
const ABSENT = existsSync(CHROMIUM) ? null : `no ${CHROMIUM}: install the package chromium`;
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

let browser: Browser;
let folder: string;
let url: string;

beforeAll(async () => {
  if (ABSENT !== null) return;
  folder = await mkdtemp(join(tmpdir(), 'lab-report-'));
  const file = join(folder, 'report.html');
  await writeFile(file, renderReport(analyse(sampleRun({ maxRequests: 1_100 }))));
  url = pathToFileURL(file).href;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
});

afterAll(async () => {
  if (ABSENT !== null) return;
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** Console messages, page errors, and requests other than for the file itself. */
  readonly troubles: readonly string[];
}

async function open(options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const asked = request.url();
    if (asked !== url && !asked.startsWith('data:')) troubles.push(`request: ${asked}`);
  });
  await page.goto(url);
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() };
}

const unfoldAll = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });

/** Canvases that have no size or in which every pixel is the same. */
const emptyCharts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('canvas')]
      .filter((canvas) => {
        if (canvas.width === 0 || canvas.height === 0) return true;
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
          data: new Uint8ClampedArray(),
        };
        return data.every((value, index) => index < 4 || value === data[index % 4]);
      })
      .map((canvas) => canvas.getAttribute('aria-label') ?? ''),
  );

describe.skipIf(ABSENT !== null)(`a report in Chromium${ABSENT === null ? '' : ` (${ABSENT})`}`, () => {
  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    test.each([1_280, 390, 360])(
      '%d px wide: no error, no request, nothing to scroll sideways',
      async (width) => {
        await using opened = await open({ viewport: { width, height: 900 }, colorScheme });
        const { page, troubles } = opened;
        const wideness = () => page.evaluate(() => document.documentElement.scrollWidth);
        expect(await wideness()).toBe(width);
        await unfoldAll(page);
        expect(await wideness()).toBe(width);
        await expect.poll(() => emptyCharts(page)).toEqual([]);
        expect(troubles).toEqual([]);
      },
    );

    test('text stands out from its background', async () => {
      await using opened = await open({ viewport: { width: 1_280, height: 900 }, colorScheme });
      const { page } = opened;
      await unfoldAll(page);
      expect(await page.evaluate(faintTexts)).toEqual([]);
    });
  });

  test('without script every table and the first picture are there, and no empty chart', async () => {
    await using opened = await open({ viewport: { width: 1_280, height: 900 }, javaScriptEnabled: false });
    const { page, troubles } = opened;
    expect(await page.locator('.first-picture .plot-row').first().isVisible()).toBe(true);
    expect(await page.locator('table').count()).toBeGreaterThan(10);
    expect(await page.locator('figure.chart:visible').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test('on paper it is light, charts too, whatever the screen is', async () => {
    await using opened = await open({ viewport: { width: 794, height: 1_123 }, colorScheme: 'dark' });
    const { page } = opened;
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(faintTexts)).toEqual([]);
    const darkest = () =>
      page.evaluate(() => {
        const canvas = document.querySelector('canvas');
        const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
          data: new Uint8ClampedArray(),
        };
        return data.reduce(
          (least, value, i) => (i % 4 === 0 && data[i + 3] === 255 ? Math.min(least, value) : least),
          255,
        );
      });
    // The text of light charts is #2a3038, of dark ones #d7dce3 over lines of #333a44.
    await expect.poll(darkest).toBeLessThan(0x30);
  });

  test('the first screen holds the question, the answer and the picture', async () => {
    await using opened = await open({ viewport: { width: 1_280, height: 900 } });
    const { page } = opened;
    const top = async (selector: string) =>
      (await page.locator(selector).first().boundingBox())?.y ?? Number.NaN;
    expect(await top('.answer h2')).toBeLessThan(250);
    expect(await top('.answer .headline')).toBeLessThan(300);
    expect(await top('.first-picture .plot-row')).toBeLessThan(900);
  });

  test('everything that unfolds or leads somewhere can be reached by keyboard, scrolling boxes too', async () => {
    await using opened = await open({ viewport: { width: 390, height: 800 } });
    const { page } = opened;
    const seen = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab');
      seen.add(await page.evaluate(() => document.activeElement?.tagName ?? ''));
    }
    expect([...seen].sort()).toEqual(expect.arrayContaining(['A', 'DIV', 'SUMMARY']));
  });

  test('a mark leads to its finding', async () => {
    await using opened = await open({ viewport: { width: 1_280, height: 900 } });
    const { page } = opened;
    await unfoldAll(page);
    const mark = page.locator('a.mark').first();
    const target = (await mark.getAttribute('href')) ?? '';
    await mark.click();
    expect(new URL(page.url()).hash).toBe(target);
    expect(await page.locator(target).textContent()).toContain('generator-bound');
  });
});

/** Visible texts whose contrast with what lies behind them is below 4.5 (3 for large text). WCAG 2.2, 1.4.3. */
function faintTexts(): string[] {
  const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
      const ratio = value / 255;
      return ratio <= 0.04045 ? ratio / 12.92 : ((ratio + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const colour = getComputedStyle(element).backgroundColor;
    return (channels(colour)[3] ?? 1) === 0 ? behind(element.parentElement) : colour;
  };
  const faint: string[] = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes]
      .filter((node) => node.nodeType === 3)
      .map((node) => node.textContent?.trim() ?? '')
      .join('');
    if (text === '' || element.closest('script, style, svg') !== null) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(style.color), luminance(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const isLarge = Number.parseFloat(style.fontSize) >= 24;
    if (contrast < (isLarge ? 3 : 4.5)) faint.push(`${contrast.toFixed(2)}: ${text.slice(0, 60)}`);
  }
  return faint;
}
