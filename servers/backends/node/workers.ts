/** One process, or a cluster of equal ones that share a listener. */
import cluster, { type Worker } from 'node:cluster';

export interface WorkerRole {
  /** Starts serving; returns how to stop gracefully. Runs in each worker. */
  serve(): Promise<() => Promise<void>>;
}

/** First wait before a dead worker is replaced; it doubles up to the longest. */
const BACKOFF_MS = { first: 100, longest: 5_000 };
/** A worker that lived shorter than this died at its start. */
const SHORT_LIFE_MS = 2_000;
const START_TRIES = 5;

/**
 * Runs `processes` copies of a role. One needs no cluster: then this process serves itself. SIGTERM and
 * SIGUSR1 (mod_fcgid's) end requests under way first and exit 0.
 */
export async function runWorkers(processes: number, role: WorkerRole): Promise<void> {
  if (cluster.isPrimary && processes > 1) {
    supervise(processes);
    return;
  }
  const stop = await role.serve();
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGUSR1', end);
  if (cluster.isWorker) process.on('disconnect', end);
}

function supervise(processes: number): void {
  let stopping = false;
  let backoffMs = BACKOFF_MS.first;
  let shortLives = 0;
  const born = new Map<Worker, number>();
  const start = () => {
    if (!stopping) born.set(cluster.fork(), performance.now());
  };
  for (let i = 0; i < processes; i += 1) start();

  cluster.on('exit', (worker, code, signal) => {
    const livedMs = performance.now() - (born.get(worker) ?? 0);
    born.delete(worker);
    if (stopping) {
      if (born.size === 0) process.exit(0);
      return;
    }
    process.stderr.write(
      `worker ${worker.process.pid} ended: ${signal ?? `exit ${code}`}; a new one follows\n`,
    );
    if (livedMs < SHORT_LIFE_MS) shortLives += 1;
    else {
      shortLives = 0;
      backoffMs = BACKOFF_MS.first;
    }
    if (shortLives >= START_TRIES * processes) {
      process.stderr.write(`workers die at their start: ${signal ?? `exit ${code}`}\n`);
      process.exit(1);
    }
    setTimeout(start, backoffMs);
    backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.longest);
  });

  const end = () => {
    if (stopping) return;
    stopping = true;
    if (born.size === 0) process.exit(0);
    for (const worker of born.keys()) worker.process.kill('SIGTERM');
  };
  process.on('SIGTERM', end);
  process.on('SIGUSR1', end);
}
