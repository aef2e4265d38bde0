/** What commissioning answers, for the console's page and for programs. */
import type { ReadingKind } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { Table } from '../probe/tables.ts';

/** A serial port of the box. */
export interface LineFound {
  readonly path: string;
  /** A name that stays when other adapters come and go. */
  readonly stablePath?: string;
  /** Of the adapter. */
  readonly maker?: string;
  readonly serialNumber?: string;
  /** The configured port that has it, and that port's devices. */
  readonly heldBy?: string;
  readonly devices?: readonly string[];
}

/** A device type that may be chosen by hand. */
export interface TypeFound {
  readonly name: string;
  readonly summary: Text;
  readonly kinds: readonly ReadingKind[];
  /** By their names in the file; those that have no default are required. */
  readonly settings: readonly { readonly name: string; readonly meaning?: Text; readonly isRequired: boolean }[];
  /** Named profiles that ship with it. */
  readonly profiles: readonly string[];
}

export interface CandidateFound {
  readonly type: string;
  readonly summary: Text;
  readonly confidence: 'certain' | 'likely' | 'generic';
  readonly kinds: readonly ReadingKind[];
  readonly isAnswer?: boolean;
  readonly telling: number;
  readonly frames: number;
  readonly remark?: Text;
  /** The newest readings, as JSON; none of lines whose bytes are withheld. */
  readonly readings: readonly { readonly values: Readonly<Record<string, unknown>> }[];
  readonly units: Readonly<Record<string, string>>;
}

export type { Table } from '../probe/tables.ts';

export interface ProbeFound {
  readonly isRecognised: boolean;
  /** "9600 8N1"; absent for TCP, and if nothing was recognised. */
  readonly setting?: string;
  /** The best first. */
  readonly candidates: readonly CandidateFound[];
  /** The units of a Modbus bus that answer. */
  readonly bus?: readonly {
    readonly unit: number;
    readonly identity?: string;
    readonly profiles: readonly string[];
  }[];
  /** The last unit that was asked, unless all were. */
  readonly lastUnit?: number;
  /** What came at each setting, the newest bytes as rows of hexadecimal with the text beside it; addresses are struck out. */
  readonly heard: readonly { readonly setting?: string; readonly bytes: number; readonly rows: readonly string[] }[];
  /** The bytes hold addresses of people's devices and are not shown. */
  readonly isWithheld: boolean;
  /** To add to the configuration, in this order: of the best candidate. */
  readonly tables: readonly Table[];
}

export interface ProbeStanding {
  readonly id: string;
  readonly line: string;
  readonly does: 'opens' | 'listens' | 'asks' | 'over';
  readonly setting?: string;
  readonly bytes: number;
  readonly secondsLeft: number;
  /** The port that pauses meanwhile. */
  readonly heldBy?: string;
  readonly found?: ProbeFound;
  /** It was ended before its time, by hand or because nobody asked for it any more: nothing follows from what was not found. */
  readonly isStopped?: boolean;
  readonly fault?: { readonly code: string; readonly what: Text; readonly on: Text | string; readonly hint: Text };
}

/** What becomes of a test reading; times in ms since it was made. */
export type TestEvent =
  | {
      readonly event: 'begun';
      readonly device: string;
      /** Epoch ms. */
      readonly at: number;
      /** That take it; none: it is not sent. */
      readonly destinations: readonly string[];
      /** That take no such reading of this device. */
      readonly others: readonly string[];
    }
  | { readonly event: 'kept'; readonly afterMs: number }
  | {
      readonly event: 'sent';
      readonly destination: string;
      readonly epoch: string;
      readonly number: number;
      readonly afterMs: number;
    }
  | ({ readonly event: 'receipt' } & TestReceipt)
  | {
      readonly event: 'waits';
      readonly destination: string;
      readonly isConnected: boolean;
      readonly why?: Text;
      readonly afterMs: number;
    }
  | { readonly event: 'none'; readonly destination: string; readonly what: Text; readonly hint: Text };

export interface TestReceipt {
  readonly destination: string;
  readonly epoch: string;
  readonly number: number;
  readonly outcome: 'stored' | 'refused';
  /** Why it was refused, in the receiver's words. */
  readonly reason?: string;
  /** Epoch ms. */
  readonly at: number;
  readonly afterMs: number;
  /** Nobody but the broker has said that it has it: `acknowledge = "puback"`. */
  readonly isBrokersWord: boolean;
}
