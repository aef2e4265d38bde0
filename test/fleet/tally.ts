/** What many boxes have done together. */

/** Bytes of MQTT, without TCP and TLS; packets, to estimate those. */
export interface Spent {
  outBytes: number;
  outPackets: number;
  inBytes: number;
  inPackets: number;
}

export const KINDS = ['connection', 'keepAlive', 'status', 'batch'] as const;

export interface Tally {
  /** Connections that ended while the power was there. */
  closed: number;
  sealed: number;
  sentAgain: number;
  receipts: number;
  /** From sending, or sending again, to the receipt; of what has come since the last look. */
  receiptMs: number[];
  readonly spent: Readonly<Record<(typeof KINDS)[number], Spent>>;
}

export function emptyTally(): Tally {
  const none = (): Spent => ({ outBytes: 0, outPackets: 0, inBytes: 0, inPackets: 0 });
  return {
    ...{ closed: 0, sealed: 0, sentAgain: 0, receipts: 0, receiptMs: [] },
    spent: { connection: none(), keepAlive: none(), status: none(), batch: none() },
  };
}

/** How some boxes are now, and what they have done. */
export interface Standing extends Tally {
  readonly connected: number;
  readonly born: number;
  readonly waiting: number;
}

export function sumOfStandings(all: readonly Standing[]): Standing {
  const sum = { ...emptyTally(), connected: 0, born: 0, waiting: 0 };
  for (const each of all) {
    for (const name of ['closed', 'sealed', 'sentAgain', 'receipts', 'connected', 'born', 'waiting'] as const) {
      sum[name] += each[name];
    }
    for (const ms of each.receiptMs) sum.receiptMs.push(ms);
    for (const kind of KINDS) {
      for (const name of ['outBytes', 'outPackets', 'inBytes', 'inPackets'] as const) {
        sum.spent[kind][name] += each.spent[kind][name];
      }
    }
  }
  return sum;
}
