/** What can be wrong with LoRaWAN devices, their city and their gateways. */
import type { FaultKind, FaultParameter } from '../fault-board.ts';
import { say } from './words.ts';

const share = { unit: 'share', default: 0.1, min: 0, max: 1 } as const;
const ofUplinks: FaultParameter = { ...share, meaning: say.shareOfUplinks() };
const ofDatagrams: FaultParameter = { ...share, meaning: say.shareOfDatagrams() };
const ofFrames: FaultParameter = { ...share, meaning: say.shareOfFrames() };

export const NODE_FAULTS: readonly FaultKind[] = [
  { name: 'replay', meaning: say.replay(), parameters: { share: ofUplinks } },
  { name: 'bad-mic', meaning: say.badMic(), parameters: { share: ofUplinks } },
  { name: 'needless-repeat', meaning: say.needlessRepeat(), parameters: { share: ofUplinks } },
  { name: 'lose-power', meaning: say.losePower(), parameters: { share: ofUplinks } },
];

/** Of a city: of each of its devices, and of its gateways as they stand in the air. */
export const LORAWAN_CITY_FAULTS: readonly FaultKind[] = [
  ...NODE_FAULTS,
  {
    name: 'cut-off',
    meaning: say.cutOff(),
    parameters: { gateway: { meaning: say.whichGateway(), unit: 'count', default: 0, min: 0, max: 10_000 } },
  },
];

export const FORWARDER_FAULTS: readonly FaultKind[] = [
  { name: 'no-tx-ack', meaning: say.noTxAck() },
  { name: 'unpadded', meaning: say.unpadded() },
  { name: 'noise', meaning: say.noise(), parameters: { share: ofFrames } },
  { name: 'loss', meaning: say.loss(), parameters: { share: ofDatagrams } },
  { name: 'duplicate', meaning: say.duplicate(), parameters: { share: ofDatagrams } },
  { name: 'counter-reset', meaning: say.counterReset(), isMomentary: true },
];

export const STATION_FAULTS: readonly FaultKind[] = [
  { name: 'away', meaning: say.away() },
  { name: 'no-dntxed', meaning: say.noDntxed() },
  { name: 'loss', meaning: say.frameLoss(), parameters: { share: ofFrames } },
];
