/** Numbers as people read them. Only dashboards format; everything before carries µs, bytes and per-second. */

/** A unit step: values are shown divided by `size` with `suffix`. */
interface Unit {
  readonly size: number;
  readonly suffix: string;
}

export type QuantityKind = 'duration' | 'span' | 'rate' | 'coreRate' | 'bytes' | 'ratio' | 'count';

const UNITS: Readonly<Record<QuantityKind, readonly Unit[]>> = {
  /** From µs. */
  duration: [
    { size: 1, suffix: ' µs' },
    { size: 1e3, suffix: ' ms' },
    { size: 1e6, suffix: ' s' },
  ],
  /** From ms: start-up and the like. */
  span: [
    { size: 1, suffix: ' ms' },
    { size: 1e3, suffix: ' s' },
  ],
  rate: [
    { size: 1, suffix: ' /s' },
    { size: 1e3, suffix: ' k/s' },
    { size: 1e6, suffix: ' M/s' },
  ],
  coreRate: [
    { size: 1, suffix: '' },
    { size: 1e3, suffix: ' k' },
    { size: 1e6, suffix: ' M' },
  ],
  bytes: [
    { size: 1, suffix: ' B' },
    { size: 1024, suffix: ' KiB' },
    { size: 1024 ** 2, suffix: ' MiB' },
    { size: 1024 ** 3, suffix: ' GiB' },
  ],
  ratio: [{ size: 1, suffix: '×' }],
  count: [{ size: 1, suffix: '' }],
};

/** `35.2 ms`, `120 µs`, `8.30 k/s`: three significant digits, a true minus sign. */
export function formatQuantity(kind: QuantityKind, value: number): string {
  const unit = unitFor(kind, value);
  return `${digits(value / unit.size, decimalsFor(value / unit.size))}${unit.suffix}`;
}

/** `[34.1 – 36.4]` in the unit and with the decimals of the point, so that the three can be compared. */
export function formatInterval(kind: QuantityKind, point: number, low: number, high: number): string {
  const unit = unitFor(kind, point);
  const decimals = decimalsFor(point / unit.size);
  return `[${digits(low / unit.size, decimals)} – ${digits(high / unit.size, decimals)}]`;
}

/** `36,611`, `1.00`, `0.13`: a bare number. */
export function formatNumber(value: number, decimals = 0): string {
  return digits(value, decimals);
}

/** `12 %`, `0.4 %` of a ratio 0…1. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  return `${digits(percent, Math.abs(percent) < 10 ? 1 : 0)} %`;
}

/** `1 h 20 min`, `3 min 5 s`, `12 s` of milliseconds. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${seconds} s`;
}

/** `2026-05-04 13:20 UTC` of an ISO instant; anything else as it stands. */
export function formatInstant(iso: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(iso);
  return parts === null ? iso : `${parts[1]} ${parts[2]} UTC`;
}

/** `1 launch`, `5 launches`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${digits(count, 0)} ${count === 1 ? one : many}`;
}

function unitFor(kind: QuantityKind, value: number): Unit {
  const units = UNITS[kind];
  const size = Math.abs(value);
  // 999.6 of a unit would be shown as 1,000 of it: take the next one.
  const fits = units.filter((unit) => size >= unit.size * 0.9995);
  return fits.at(-1) ?? units[0] ?? { size: 1, suffix: '' };
}

/** Decimals that leave three significant digits; at most 4. */
function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  return Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(size * 1.0005))));
}

function digits(value: number, decimals: number): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const isZero = Number(fixed) === 0;
  return `${value < 0 && !isZero ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
