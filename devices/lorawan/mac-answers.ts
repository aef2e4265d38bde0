/**
 * The network's answers to a device's MAC commands. Pure.
 *
 * LinkCheckReq, DeviceTimeReq, ResetInd and RekeyInd are answered; LinkADRAns and DevStatusAns are processed. The other
 * commands belong to class B or answer requests that this network never makes (LoRaWAN 1.0.4 §5, 1.1 §5).
 */
import { adrAnswered } from './adr.ts';
import type { MacCommand, ServerMacCommand } from './mac-codec.ts';
import type { AdrState } from './session.ts';

export interface LinkState {
  /** dB above what demodulation needs, at the station with the best reception. */
  readonly marginDb: number;
  readonly stations: number;
  /** Seconds since the GPS epoch at the end of the uplink; absent while the clock is not set. */
  readonly gpsTimeS?: number | undefined;
  /** Of the uplink. */
  readonly dataRate?: number | undefined;
}

export interface MacOutcome {
  readonly answers: readonly ServerMacCommand[];
  readonly adr: AdrState;
  /** The device's status: quantities of a status reading. */
  readonly status?: Readonly<Record<string, number | boolean>>;
}

const maxMargin = 254;

export function answerMacCommands(commands: readonly MacCommand[], link: LinkState, before: AdrState): MacOutcome {
  const answers: ServerMacCommand[] = [];
  let status: MacOutcome['status'];
  // Each request of a block has its own answer; the device has complied only if all accept (1.0.4 §5.3).
  const adrAnswers = commands.flatMap((command) =>
    command.name === 'LinkADRAns' ? [command.powerAck && command.dataRateAck && command.channelMaskAck] : [],
  );
  const isAccepted = adrAnswers.length === 0 ? undefined : adrAnswers.every(Boolean);
  const adr = adrAnswered(before, isAccepted, link.dataRate);
  for (const command of commands) {
    switch (command.name) {
      case 'LinkCheckReq': {
        const marginDb = Math.max(0, Math.min(maxMargin, Math.floor(link.marginDb)));
        answers.push({ name: 'LinkCheckAns', marginDb, gatewayCount: Math.min(255, link.stations) });
        break;
      }
      case 'DeviceTimeReq':
        if (link.gpsTimeS !== undefined) answers.push({ name: 'DeviceTimeAns', gpsTimeS: link.gpsTimeS });
        break;
      case 'ResetInd':
        answers.push({ name: 'ResetConf', minor: Math.min(1, command.minor) });
        break;
      case 'RekeyInd':
        answers.push({ name: 'RekeyConf', minor: Math.min(1, command.minor) });
        break;
      case 'DevStatusAns':
        status = { ...batteryOf(command.battery), linkMargin: command.marginDb };
        break;
    }
  }
  return { answers, adr, ...(status !== undefined && { status }) };
}

/** 0: external power; 1 to 254: empty to full; 255: the device cannot tell (1.0.4 §5.6). */
function batteryOf(battery: number): Readonly<Record<string, number | boolean>> {
  if (battery === 0) return { externalPower: true };
  return battery === 255 ? {} : { batteryLevel: Math.round(((battery - 1) / 253) * 1000) / 10 };
}
