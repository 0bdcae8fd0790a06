/** CONFORMANCE 87: random strings either are refused or stay one argument of one directive. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import { discoverTools } from '../../../../runner/process/tools.ts';
import { apache } from '../../../../servers/config/apache.ts';
import { lighttpd } from '../../../../servers/config/lighttpd.ts';
import { nginx } from '../../../../servers/config/nginx.ts';
import type { Tools } from '../../../../servers/define.ts';
import { seeded } from '../../../helpers/seeded.ts';

const STRINGS = 10_000;
/** Mostly harmless, so that some are accepted; the hostile ones often enough. */
const ALPHABET = [
  ...Array.from('abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.,:=+@~!?*()[]&|/   éßñ漢😀'),
  ...Array.from(';{}"\'`$#<>%\\\n\r\0\t\u2028'),
];

function randomStrings(): string[] {
  const random = seeded(87);
  return Array.from({ length: STRINGS }, () => {
    const length = 1 + Math.floor(random.uniform() * 12);
    return Array.from({ length }, () => ALPHABET[Math.floor(random.uniform() * ALPHABET.length)] ?? 'a').join(
      '',
    );
  });
}

/** What the escaper let through, rendered. */
function accepted(render: (value: string) => { readonly text: string }): { value: string; text: string }[] {
  return randomStrings().flatMap((value) => {
    try {
      return [{ value, text: render(value).text }];
    } catch (failure) {
      if (failure instanceof LabError && failure.code === 'E_CONFIG') return [];
      throw failure;
    }
  });
}

describe('fuzzed values', () => {
  let dir: string;
  let tools: Tools;
  beforeAll(async () => {
    tools = await discoverTools();
    dir = mkdtempSync(join(tmpdir(), 'lab-fuzz-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const need = (context: TestContext, program: string): string => {
    const found = tools.find(program);
    if (found === null) context.skip(`${program} is not installed`);
    return found ?? '';
  };
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { encoding: 'utf8', env: {}, maxBuffer: 64 * 1024 * 1024 });

  it('are refused or rendered unchanged between quotes', () => {
    for (const dialect of [apache, nginx, lighttpd]) {
      const all = accepted((value) => dialect.text(value));
      expect(all.length).toBeGreaterThan(1_000);
      expect(all.length).toBeLessThan(STRINGS);
      for (const { value, text } of all) expect(text).toBe(`"${value}"`);
    }
  });

  it('are read back by Apache as one argument each', (context) => {
    const program = need(context, 'apache2');
    const module = (name: string) => tools.apacheModule(`mod_${name}.so`) ?? context.skip(`no mod_${name}`);
    const values = accepted((value) => apache.text(value));
    const lines = values.map(({ text }, index) => `SetEnv FUZZ_${index} ${text}`);
    const file = join(dir, 'apache.conf');
    const loads = ['mpm_event', 'env', 'info', 'authz_core'].map(
      (name) => `LoadModule ${name}_module ${module(name)}`,
    );
    writeFileSync(
      file,
      [
        `ServerRoot ${dir}`,
        `ErrorLog ${dir}/log`,
        'ServerName x',
        'Listen 127.0.0.1:1',
        ...loads,
        ...lines,
      ].join('\n'),
    );
    const dumped = run(program, '-t', '-DDUMP_CONFIG', '-f', file);
    expect(dumped.stderr).not.toMatch(/error/i);
    const directives = dumped.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(directives.filter((line) => line.startsWith('SetEnv '))).toEqual(lines);
    expect(
      directives.filter((line) => !/^(SetEnv|ErrorLog|ServerRoot|ServerName|Listen|LoadModule) /.test(line)),
    ).toEqual([]);
  });

  it('are read by nginx without a directive more', (context) => {
    const program = need(context, 'nginx');
    const values = accepted((value) => nginx.text(value));
    const lines = values.map(({ text }, index) => `  add_header X-Fuzz-${index} ${text};`);
    const configure = (content: string) =>
      `pid "${dir}/pid";\nerror_log "${dir}/log";\nevents {}\nhttp {\n access_log off;\n client_body_temp_path "${dir}/b"; proxy_temp_path "${dir}/p"; fastcgi_temp_path "${dir}/f"; uwsgi_temp_path "${dir}/u"; scgi_temp_path "${dir}/s";\n${content}\n}\n`;
    const file = join(dir, 'nginx.conf');
    writeFileSync(file, configure(lines.join('\n')));
    const checked = run(program, '-t', '-e', join(dir, 'log'), '-p', dir, '-c', file);
    expect(checked.stderr).toMatch(/test is successful/);
    // That a directive more would be seen: an argument more is.
    writeFileSync(file, configure('  add_header X "a" "b" "c";'));
    expect(run(program, '-t', '-e', join(dir, 'log'), '-p', dir, '-c', file).status).not.toBe(0);
  });

  it('are read by lighttpd without an option more', (context) => {
    const program = need(context, 'lighttpd');
    const values = accepted((value) => lighttpd.text(value));
    const list = values.map(({ text }, index) => `"FUZZ_${index}" => ${text}`).join(',\n');
    const file = join(dir, 'lighttpd.conf');
    writeFileSync(
      file,
      `server.document-root = "${dir}"\nserver.port = 40000\nserver.modules = ( "mod_setenv" )\nsetenv.set-environment = (\n${list}\n)\n`,
    );
    const printed = run(program, '-p', '-f', file);
    expect(printed.status, printed.stderr).toBe(0);
    const printedValues = printed.stdout.split('\n').filter((line) => /"FUZZ_\d+"/.test(line));
    expect(printedValues).toHaveLength(values.length);
  });
});
