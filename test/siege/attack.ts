/** What a hostile client of the siege is: one way to hurt the gateway at one door, over and over until it is told to stop. */
import type { Random } from '../../simulators/random.ts';

/** Where the gateway's doors are, and what a thief has who took one device and one station to pieces. */
export interface Target {
  readonly mqttPort: number;
  readonly stationPort: number;
  readonly udpPort: number;
  readonly statusPort: number;
  readonly consolePort: number;
  /** What is sent here comes out of the serial server that the gateway reads. */
  readonly serialPort: number;
  readonly controlSocket: string;
  readonly stolen: {
    readonly username: string;
    readonly password: string;
    readonly topic: string;
    readonly eui: string;
    readonly token: string;
    /** Of the console's viewer. */
    readonly consolePassword: string;
  };
  /** What belongs to the honest device, as far as a stranger can guess it. */
  readonly honest: { readonly clientId: string; readonly topic: string; readonly eui: string };
}

/** What an attack has done so far. */
export interface Tally {
  connections: number;
  bytes: number;
  /** Connections that the gateway refused or ended. */
  turnedAway: number;
}

export interface Tools {
  readonly target: Target;
  readonly random: Random;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

export interface Attack {
  readonly name: string;
  /** For the report: what is tried. */
  readonly tried: string;
  /** Resolves when the signal aborts; never rejects. */
  run(tools: Tools): Promise<void>;
}
