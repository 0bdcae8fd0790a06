/** Microseconds of the system's monotonic clock: the one that Python's `time.monotonic_ns()` reads, too. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 100n) / 10;
