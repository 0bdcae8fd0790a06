/** The page itself: one file, nothing from a network, a policy that lets only our own style and scripts in. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { type Content, type Html, html, trusted } from './html.ts';

export interface Page {
  readonly title: string;
  readonly header: Content;
  readonly main: Content;
  readonly footer: Content;
}

export function renderPage(page: Page): string {
  const style = readAsset('dashboards/report/style.css');
  const scripts = [chartLibrary(), readAsset('dashboards/report/client.js')].map(inScript);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const document: Html = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${page.title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
${page.header}
</header>
<main id="content">
${page.main}
</main>
<footer>
${page.footer}
</footer>
${scripts.map((script) => html`<script>${trusted(script)}</script>\n`)}</body>
</html>
`;
  return document.text;
}

const readAsset = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');

/** Chart.js as its package ships it, without the pointer to a source map that is not there. */
function chartLibrary(): string {
  return readAsset('node_modules/chart.js/dist/chart.umd.js').replace(/^\/\/# sourceMappingURL=.*$/gm, '');
}

/** Nothing in a script may end its element. */
const inScript = (source: string): string =>
  source.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

/** As a content security policy names an inline element: the digest of its text. */
const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
