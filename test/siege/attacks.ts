/** Every attack. A new one is a file and a row here. */
import type { Attack } from './attack.ts';
import { consoleGuesses } from './attacks/console-guesses.ts';
import { consoleNoise } from './attacks/console-noise.ts';
import { consoleViewer } from './attacks/console-viewer.ts';
import { controlNoise } from './attacks/control-noise.ts';
import { mqttEndlessPacket } from './attacks/mqtt-endless-packet.ts';
import { mqttFlood } from './attacks/mqtt-flood.ts';
import { mqttImpostor } from './attacks/mqtt-impostor.ts';
import { mqttLeftovers } from './attacks/mqtt-leftovers.ts';
import { mqttNoise } from './attacks/mqtt-noise.ts';
import { mqttOddPayloads } from './attacks/mqtt-odd-payloads.ts';
import { mqttSilent } from './attacks/mqtt-silent.ts';
import { mqttUnread } from './attacks/mqtt-unread.ts';
import { mqttWrongPassword } from './attacks/mqtt-wrong-password.ts';
import { serialNoise } from './attacks/serial-noise.ts';
import { stationFlood } from './attacks/station-flood.ts';
import { stationStrangers } from './attacks/station-strangers.ts';
import { statusDrip } from './attacks/status-drip.ts';
import { udpFlood } from './attacks/udp-flood.ts';

export const ATTACKS: readonly Attack[] = [
  mqttSilent,
  mqttEndlessPacket,
  mqttWrongPassword,
  mqttNoise,
  mqttUnread,
  mqttFlood,
  mqttLeftovers,
  mqttImpostor,
  mqttOddPayloads,
  stationStrangers,
  stationFlood,
  udpFlood,
  statusDrip,
  consoleNoise,
  consoleGuesses,
  consoleViewer,
  controlNoise,
  serialNoise,
];
