/** Where and with what a run is made. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { PROJECT_ROOT } from '../core/paths.ts';
import type { Finding } from '../results/schema/finding.ts';
import { type Manifest, SCHEMA_VERSION } from '../results/schema/records.ts';
import type { MeasuredUser, Tools } from '../servers/define.ts';
import type { Stack } from './stack.ts';

export interface ManifestRequest {
  readonly title: string;
  readonly command: readonly string[];
  readonly startedAt: Date;
  readonly stacks: readonly Stack[];
  readonly tools: Tools;
  readonly user: MeasuredUser | null;
  readonly accounting: Manifest['accounting'];
  readonly findings: readonly Finding[];
}

/** Gathers the manifest. Configs are added as stacks are launched. */
export async function makeManifest(request: ManifestRequest): Promise<Manifest> {
  const { startedAt } = request;
  return {
    version: SCHEMA_VERSION,
    id: `${startedAt
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '')}-${slug(request.title)}`,
    title: request.title,
    startedAt: startedAt.toISOString(),
    lab: { version: await labVersion(), commit: await commit() },
    command: [...request.command],
    machine: {
      os: await prettyOs(),
      kernel: `${os.type()} ${os.release()}`,
      cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
      cores: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      virtual: await virtualisation(),
    },
    accounting: request.accounting,
    measuredUser: request.user?.name ?? null,
    versions: versionsOf(request.stacks, request.tools),
    configs: {},
    findings: [...request.findings],
  };
}

/** Version of every program and package that the stacks use; unknown ones are left out. */
function versionsOf(stacks: readonly Stack[], tools: Tools): Record<string, string> {
  const versions = new Map<string, string>([['node', process.version]]);
  if (tools.python !== null && stacks.some((stack) => stack.record.language === 'python')) {
    versions.set('python', tools.python.version);
  }
  const note = (name: string, definition: { probe(tools: Tools): ReturnType<Stack['host']['probe']> }) => {
    const probed = definition.probe(tools);
    if (probed.available && probed.version !== null) versions.set(name, probed.version);
  };
  for (const stack of stacks) {
    note(stack.record.host, stack.host);
    note(stack.record.connector, stack.connector);
    if (stack.backend !== null && stack.record.backend !== null) note(stack.record.backend, stack.backend);
    for (const distribution of stack.app.packages ?? []) {
      const version = tools.python?.package(distribution) ?? null;
      if (version !== null) versions.set(distribution, version);
    }
  }
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function labVersion(): Promise<string> {
  const text = await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const isNamed = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  return isNamed && typeof parsed.version === 'string' ? parsed.version : 'unknown';
}

async function commit(): Promise<string | null> {
  const found = await execa('git', ['-C', PROJECT_ROOT, 'rev-parse', '--short', 'HEAD'], { reject: false });
  return found.exitCode === 0 ? found.stdout.trim() : null;
}

async function prettyOs(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(text)?.[1] ?? `${os.type()} ${os.release()}`;
}

/** The hypervisor, where the kernel tells; null on bare metal and where it is not known. */
async function virtualisation(): Promise<string | null> {
  const [vendor, cpu] = await Promise.all(
    ['/sys/class/dmi/id/sys_vendor', '/proc/cpuinfo'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  if (cpu?.includes(' hypervisor') !== true) return null;
  return vendor?.trim() || 'a hypervisor';
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
