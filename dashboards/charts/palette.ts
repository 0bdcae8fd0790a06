/**
 * One colour and one shape for each model, everywhere. Okabe and Ito's colours, which hold for colour-blind
 * readers, darkened or lightened for contrast; the shape says the same again.
 */
import type { Model } from '../../core/words.ts';

export interface ModelStyle {
  readonly light: string;
  readonly dark: string;
  /** Chart.js `pointStyle`. */
  readonly point: string;
  readonly pointRotation: number;
  /** SVG path around (0, 0), about 12 px across. */
  readonly path: string;
}

export const MODEL_STYLES: Readonly<Record<Model, ModelStyle>> = {
  static: {
    light: '#5f6b7a',
    dark: '#a7b1be',
    point: 'rect',
    pointRotation: 0,
    path: 'M-4.5-4.5h9v9h-9z',
  },
  cgi: {
    light: '#c44e00',
    dark: '#ff9248',
    point: 'triangle',
    pointRotation: 0,
    path: 'M0-6L5.8 4.5H-5.8z',
  },
  daemon: {
    light: '#0067a8',
    dark: '#5db8f2',
    point: 'circle',
    pointRotation: 0,
    path: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z',
  },
  embedded: {
    light: '#007d5a',
    dark: '#2fcf9f',
    point: 'rectRot',
    pointRotation: 0,
    path: 'M0-6.4L6.4 0L0 6.4L-6.4 0z',
  },
  pool: {
    light: '#a8437f',
    dark: '#eb9cc9',
    point: 'triangle',
    pointRotation: 180,
    path: 'M0 6L5.8-4.5H-5.8z',
  },
};

/** Colours of the parts of a cost; each has its own pattern of meaning in the legend and the table. */
export const PART_STYLES = {
  'serving a file': { light: '#5f6b7a', dark: '#a7b1be' },
  'fork + exec + pipe': { light: '#b98900', dark: '#f0c34e' },
  'starting interpreter and app': { light: '#c44e00', dark: '#ff9248' },
} as const;
