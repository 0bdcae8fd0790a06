/** Latencies of one window, as an HDR histogram of whole microseconds with 3 significant digits. */
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { HistogramRecord } from '../../results/schema/observation.ts';

/** One hour; longer latencies are recorded as this. */
export const HIGHEST_TRACKABLE_US = 3_600_000_000;

export class LatencyRecorder {
  readonly #histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  });
  #n = 0;
  #sumUs = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;

  /** Records one latency, rounded to whole microseconds. */
  record(latencyUs: number): void {
    const us = Math.min(HIGHEST_TRACKABLE_US, Math.max(0, Math.round(latencyUs)));
    this.#histogram.recordValue(us);
    this.#n += 1;
    this.#sumUs += us;
    if (us < this.#minUs) this.#minUs = us;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  /** n, min, max and mean are exact; quantiles of the encoded histogram are right to 0.1 %. */
  toRecord(): HistogramRecord {
    return {
      encoded: encodeIntoCompressedBase64(this.#histogram),
      n: this.#n,
      minUs: this.#n === 0 ? 0 : this.#minUs,
      maxUs: this.#maxUs,
      meanUs: this.#n === 0 ? 0 : this.#sumUs / this.#n,
    };
  }
}
