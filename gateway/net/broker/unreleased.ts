/**
 * QoS 2 messages that their clients have not released yet (PUBREL): one that is sent again is not stored again.
 *
 * A session ends with the gateway. A client whose connection was lost sends again with DUP set; without it, a message of the
 * same id on another connection is a new one, since no client was told that its session is here.
 * Source: MQTT 3.1.1 (OASIS), 4.3.3 and 3.3.1.1.
 *
 * Bound: `maxUnreleased` in all; beyond it, what the client has that was quiet longest is forgotten.
 */

/** Most messages of all clients. */
const maxUnreleased = 20_000;

/** What became of a message: the gateway keeps it to itself, or it goes on to those who subscribe. */
export type Outcome = 'kept' | 'passed-on';

export interface Publish {
  readonly messageId: number;
  readonly dup: boolean;
}

interface Stored {
  /** The connection by which it came. */
  readonly by: object;
  readonly done: Promise<Outcome>;
}

interface Client {
  readonly id: string;
}

export class Unreleased {
  /** By client and message id; the client that was quiet longest comes first. */
  readonly #stored = new Map<string, Map<number, Stored>>();
  #count = 0;

  /**
   * Stores a message unless it has been stored, and resolves when it is: as kept, if it is a repeat. Rejects as `store` does; then it may
   * come again.
   */
  once(client: Client, { messageId, dup }: Publish, store: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.#stored.get(client.id)?.get(messageId);
    if (before !== undefined && (dup || before.by === client)) return before.done.then(() => 'kept');
    const done = store();
    this.#keep(client.id, messageId, { by: client, done });
    done.catch(() => this.#release(client.id, messageId));
    return done;
  }

  /** What aedes asks its memory of such messages (aedes-persistence): it looks one up before it answers PUBREC and PUBREL. */
  readonly incoming = {
    incomingGetPacket: async ({ id }: Client, packet: { readonly messageId: number }) => {
      if (this.#stored.get(id)?.has(packet.messageId) !== true) throw new Error('released');
      return packet;
    },
    incomingStorePacket: async () => {}, // `once` has done so
    incomingDelPacket: async ({ id }: Client, { messageId }: { readonly messageId: number }) =>
      this.#release(id, messageId),
    cleanIncoming: async ({ id }: Client) => this.#forget(id),
  };

  #keep(id: string, messageId: number, stored: Stored): void {
    const ofClient = this.#stored.get(id) ?? new Map<number, Stored>();
    this.#stored.delete(id);
    this.#stored.set(id, ofClient);
    if (!ofClient.has(messageId)) this.#count++;
    ofClient.set(messageId, stored);
    while (this.#count > maxUnreleased) {
      const [quietest = id] = this.#stored.keys();
      this.#forget(quietest);
    }
  }

  #release(id: string, messageId: number): void {
    const ofClient = this.#stored.get(id);
    if (ofClient?.delete(messageId) !== true) return;
    this.#count--;
    if (ofClient.size === 0) this.#stored.delete(id);
  }

  #forget(id: string): void {
    this.#count -= this.#stored.get(id)?.size ?? 0;
    this.#stored.delete(id);
  }
}
