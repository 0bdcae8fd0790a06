/** A gateway inside the test's own process. */
import type { GatewayMode } from '../../servers/hosts/gateway/config.ts';
import { type Gateway, startGateway } from '../../servers/hosts/gateway/server.ts';

export interface TestGateway extends Gateway {
  /** Lines the gateway logged. */
  readonly lines: string[];
}

export async function testGateway(
  mode: GatewayMode,
  more: { slots?: number; requestTimeoutMs?: number; bodyBytes?: number } = {},
): Promise<TestGateway> {
  const lines: string[] = [];
  const gateway = await startGateway(
    {
      address: '127.0.0.1',
      port: 0,
      limits: {
        requestTimeoutMs: more.requestTimeoutMs ?? 20_000,
        bodyBytes: more.bodyBytes ?? 64 * 1024 * 1024,
      },
      slots: more.slots ?? 16,
      mode,
    },
    (line) => lines.push(line),
  );
  return { ...gateway, lines };
}
