import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { assertPortFree, isFree, pickPort, portOwner } from '../../../../runner/launch/port.ts';

test('a port that is picked is free, and not one that a client may be given', async () => {
  const port = await pickPort();
  expect(await isFree(port)).toBe(true);
  await expect(assertPortFree(port)).resolves.toBeUndefined();
  expect(portOwner(port)).toBeNull();
  if (process.platform === 'linux') expect(port).toBeLessThan(32_768);
});

test.skipIf(process.platform !== 'linux')('who listens on a port is found', async () => {
  const server = createServer();
  const port = await pickPort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(portOwner(port)).toBe(process.pid);
  await expect(assertPortFree(port)).rejects.toMatchObject({
    code: 'E_PORT_IN_USE',
    exitCode: 2,
    facts: { port, pid: process.pid },
  });
  await new Promise((resolve) => server.close(resolve));
});
