/** A line that is listened to and asked: how it is opened, and the settings that are tried. */
import type { Text } from '../../shared/text.ts';

export interface LineSetting {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
}

export interface OpenLine {
  /** Hears what comes, until the returned function is called. */
  onBytes(listener: (bytes: Uint8Array) => void): () => void;
  write(bytes: Uint8Array): Promise<void>;
  /** Aborts when the line is gone; its reason is a Text. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/** Opens the line. Rejects with a MachimoriError that says what to do. */
export type OpenAt = (setting: LineSetting) => Promise<OpenLine>;

/** The speeds of sensors, the most usual first. */
export const BAUD_RATES = [9600, 115_200, 19_200, 4800, 38_400, 57_600, 2400, 1200] as const;

/** Without parity, as most devices are. */
export function plainSetting(baud: number): LineSetting {
  return { baud, dataBits: 8, parity: 'none' };
}

/** As the labels of devices have it: "9600 8N1". */
export function settingName({ baud, dataBits, parity }: LineSetting): string {
  return `${baud} ${dataBits}${parity.charAt(0).toUpperCase()}1`;
}

/** Why it is gone, once it is. */
export function lostBecause({ lost }: OpenLine): Text | undefined {
  return lost.aborted ? (lost.reason as Text) : undefined; // as `OpenLine` says
}
