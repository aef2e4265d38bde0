import { onTestFinished, vi } from 'vitest';
import type { Rubbish } from '../../../devices/device-type.ts';
import type { RadioPort, RadioReceiver, Reception, StationPlace } from '../../../gateway/ports/radio.ts';
import type { Text } from '../../../shared/text.ts';
import { patience } from './heard.ts';

/** Keeps what the stations of a port say. */
export class RadioEar implements RadioReceiver {
  readonly receptions: Reception[] = [];
  readonly refused: Rubbish[] = [];
  readonly signs: { readonly station: string; readonly bytes: number }[] = [];
  readonly places: { readonly station: string; readonly place: StationPlace }[] = [];
  readonly whys: string[] = [];
  readonly forgottenStations: string[] = [];
  opens = 0;

  opened(): void {
    this.opens++;
  }

  heard(reception: Reception): void {
    this.receptions.push(reception);
  }

  alive(station: string, bytes: number): void {
    this.signs.push({ station, bytes });
  }

  placed(station: string, place: StationPlace): void {
    this.places.push({ station, place });
  }

  forgotten(station: string): void {
    this.forgottenStations.push(station);
  }

  rubbish(rubbish: Rubbish): void {
    this.refused.push(rubbish);
  }

  closed(why: Text): void {
    this.whys.push(why.en);
  }

  get codes(): string[] {
    return this.refused.map(({ code }) => code);
  }

  /** Runs a port until the test is over, or until it is told to stop; resolves when it listens. */
  async listenTo(port: RadioPort): Promise<() => Promise<void>> {
    const stop = new AbortController();
    const running = port.run(this, stop.signal);
    const end = async () => {
      stop.abort();
      await running;
    };
    onTestFinished(end);
    await this.until(() => this.opens > 0);
    return end;
  }

  /** The reception with this number, counted from 0, when it has come. */
  async reception(index: number): Promise<Reception> {
    await this.until(() => this.receptions.length > index);
    const reception = this.receptions[index];
    if (reception === undefined) throw new RangeError(`there is no reception ${index}`);
    return reception;
  }

  async until(condition: () => boolean): Promise<void> {
    await vi.waitFor(() => {
      if (!condition()) throw new Error(`not yet: ${condition}`);
    }, patience);
  }
}
