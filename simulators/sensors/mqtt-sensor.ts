/**
 * A sensor that publishes JSON readings to an MQTT broker with QoS 1.
 *
 * One message is on its way at a time, and a reading counts once its PUBACK has come. Without a broker it retries every
 * `RECONNECT_MS` and skips the readings that it cannot send meanwhile, as small sensors do.
 */
import { connect } from 'mqtt';
import type { Clock } from '../../shared/clock.ts';
import type { ReadingKind } from '../../shared/reading.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { beats, type Sent, Tally } from '../simulator.ts';
import { CLOCK_JUMP, FROZEN, freezing } from './measuring-faults.ts';
import { say } from './words.ts';

export interface MqttSensorOptions {
  readonly clock: Clock;
  /** `mqtt://host:port`; asked when it runs. */
  readonly url: () => string;
  readonly topic: string;
  readonly clientId: string;
  /** What it publishes, by seconds since the start, and its own time. */
  readonly message: (seconds: number, time: Date) => string;
  readonly kind?: ReadingKind;
  readonly periodMs?: number;
  readonly faults?: FaultBoard;
}

export const MQTT_SENSOR_FAULTS: readonly FaultKind[] = [
  { name: 'silence', meaning: say.silence() },
  FROZEN,
  CLOCK_JUMP,
];

export interface MqttSensor {
  readonly type: string;
  readonly sent: Sent;
  run(signal: AbortSignal): Promise<void>;
}

const RECONNECT_MS = 1000;
/** A gauge of a maker's own: {"level":1.234,"battery":3.61,"time":"…"}. */
export function gaugeMessage(
  levelM: (seconds: number) => number,
  batteryV: (seconds: number) => number,
): MqttSensorOptions['message'] {
  return (seconds, time) => {
    const [level, battery] = [Number(levelM(seconds).toFixed(3)), Number(batteryV(seconds).toFixed(2))];
    return JSON.stringify({ level, battery, time: time.toISOString() });
  };
}

export function simulateMqttSensor(options: MqttSensorOptions): MqttSensor {
  const { clock, url, topic, clientId, kind = 'water-level', periodMs = 1000 } = options;
  const { faults = new FaultBoard(MQTT_SENSOR_FAULTS) } = options;
  const tally = new Tally();
  const timeNow = () => new Date(clock.moment().wall + (faults.get('clock-jump')?.ms ?? 0));
  const message = freezing(faults, (seconds: number) => options.message(seconds, timeNow()));

  return {
    type: 'line',
    sent: tally.sent,
    async run(signal) {
      const client = connect(url(), { clientId, reconnectPeriod: RECONNECT_MS });
      const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
      const giveUp = () => {
        if (signal.aborted && !client.connected) client.end(true);
      };
      client.on('error', () => undefined); // it reconnects by itself
      client.on('close', giveUp);
      signal.addEventListener('abort', giveUp);
      for await (const seconds of beats(clock, periodMs, signal)) {
        if (!client.connected || faults.get('silence')) continue;
        const acknowledged = client.publishAsync(topic, message(seconds), { qos: 1 }).then(
          () => tally.count(kind),
          () => undefined, // never acknowledged, so not counted
        );
        await Promise.race([acknowledged, ended]);
      }
      client.end();
      await ended;
    },
  };
}
