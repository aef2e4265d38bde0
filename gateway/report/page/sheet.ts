/** What a page is made of. */
import type { Period } from '../period.ts';
import type { MonthTally } from '../tally/month-tally.ts';
import type { Voice } from '../voice.ts';
import type { Scales } from './plots.ts';

export interface About {
  readonly period: Period;
  /** Name of the destination. */
  readonly archive: string;
  /** Id of the gateway or hub whose configuration it is. */
  readonly gateway: string;
  readonly version: string;
  /** Epoch ms. */
  readonly madeAt: number;
  readonly retentionMs: number | undefined;
}

export interface Sheet {
  readonly month: MonthTally;
  readonly about: About;
  readonly voice: Voice;
  readonly scales: Scales;
}
