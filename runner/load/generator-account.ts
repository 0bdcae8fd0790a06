/** What the load generator itself consumed in a window, and how late its event loop ran. */
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { WindowRecord } from '../../results/schema/observation.ts';

/** Interval of the probing timer. Waking for it costs under 0.5 % of a core; at 2 ms it was 2 %. */
const LAG_RESOLUTION_MS = 10;
/** The monitor reports the time between two firings of its timer; what exceeds the interval is lag. */
const LAG_RESOLUTION_US = LAG_RESOLUTION_MS * 1_000;

const manifest: { version?: unknown } = createRequire(import.meta.url)('autocannon/package.json');
const DRIVER_NAME = `autocannon ${String(manifest.version)}`;

/** Starts the account; the function returned ends it. */
export function openGeneratorAccount(): () => WindowRecord['generator'] {
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  return () => {
    const cpu = process.cpuUsage(cpuBefore);
    const wallMs = performance.now() - startedAtMs;
    lag.disable();
    const lagUs = (nanoseconds: number): number =>
      lag.count === 0 ? 0 : Math.max(0, Math.round(nanoseconds / 1_000) - LAG_RESOLUTION_US);
    return {
      driver: DRIVER_NAME,
      cpuUs: cpu.user + cpu.system,
      wallMs,
      loopLagP99Us: lagUs(lag.percentile(99)),
      loopLagMaxUs: lagUs(lag.max),
    };
  };
}
