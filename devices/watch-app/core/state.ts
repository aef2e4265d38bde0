/**
 * What the volunteer may know. Nothing of it depends on whether a tag was heard: it is made of the volunteer's own decisions, the operators'
 * list, and whether Bluetooth and the hub can be had.
 */
import type { Operator } from '../../../shared/enrolment/operators.ts';
import type { ScanFault } from './surroundings.ts';

export interface Consent {
  /** Epoch ms. */
  readonly at: number;
  /** Which words were agreed to. */
  readonly words: string;
}

export interface DetectorState {
  /** Undefined until consent has been given, and after it was withdrawn. */
  readonly consent: Consent | undefined;
  /** `resting`: it is on, and does not listen while the phone lies still. */
  readonly activity: 'off' | 'on' | 'resting';
  /** Of the operators' list. `over`: its time has ended. `forged`: what came was not signed by the city. Without a current one nothing is detected. */
  readonly list: 'current' | 'none' | 'over' | 'forged';
  /** From the newest list that was believed. */
  readonly operators: readonly Pick<Operator, 'id' | 'name' | 'purpose' | 'retentionMs'>[];
  /** Whether the hub answered last time; undefined if it has not been asked. */
  readonly isHubReached: boolean | undefined;
  /** Whether the phone knew where it was in the last slot; undefined if it has not been asked. */
  readonly isPlaceKnown: boolean | undefined;
  /** `storage`: the platform refuses to keep what must be kept. `failed`: a fault of this program. */
  readonly trouble: ScanFault | 'storage' | 'failed' | undefined;
}
