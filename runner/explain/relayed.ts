/** The part of a relay's recording that belongs to one request. */
import type { Relay, RelayedConnection } from './relay.ts';

export interface Relayed {
  /** The connection was there before the request: the server keeps connections to the backend. */
  readonly isKept: boolean;
  readonly there: Buffer;
  readonly back: Buffer;
  readonly openedUs: number;
  readonly requestUs: number;
  /** null: nothing came back. */
  readonly answerUs: number | null;
  readonly doneUs: number | null;
}

/** The connection that carried bytes to the backend after `sinceUs`; null: none did. */
export function relayedSince(relay: Pick<Relay, 'connections'>, sinceUs: number): Relayed | null {
  const of = (connection: RelayedConnection, direction: 'there' | 'back') =>
    connection.pieces.filter((piece) => piece.direction === direction && piece.atUs >= sinceUs);
  const connection = relay.connections.find((each) => of(each, 'there').length > 0);
  if (connection === undefined) return null;
  const [there, back] = [of(connection, 'there'), of(connection, 'back')];
  return {
    isKept: connection.openedUs < sinceUs,
    there: Buffer.concat(there.map(({ bytes }) => bytes)),
    back: Buffer.concat(back.map(({ bytes }) => bytes)),
    openedUs: connection.openedUs,
    requestUs: there[0]?.atUs ?? sinceUs,
    answerUs: back[0]?.atUs ?? null,
    doneUs: back.at(-1)?.atUs ?? null,
  };
}
