/** What an uplink says, decrypted (LoRaWAN 1.0.4 §4.3.3; 1.1 §4.3.1.6, §4.3.3). Pure. */
import { cryptFOpts, cryptPayload } from './data-security.ts';
import { type MacCommand, parseMacCommands } from './mac-commands.ts';
import type { DataFrame } from './phy-payload.ts';
import { isOneOne, type Session } from './session.ts';

export interface Opened {
  readonly macCommands: readonly MacCommand[];
  readonly payload?: { readonly port: number; readonly bytes: Uint8Array };
}

/** `fCnt`: the whole counter under which its MIC fits. Commands that cannot be read are left out, and what follows them. */
export function openUplink(frame: DataFrame, session: Session, fCnt: number): Opened {
  const { fPort, fOpts, payload, devAddr } = frame;
  const { keys } = session;
  const commands =
    isOneOne(session) && fOpts.length > 0
      ? cryptFOpts(keys.nwkSEncKey, { direction: 'up', devAddr, fCnt, ...(fPort !== undefined && { fPort }) }, fOpts)
      : fOpts;
  if (fPort === undefined || payload.length === 0) return { macCommands: parseMacCommands(commands, 'up').commands };
  const bytes = cryptPayload(fPort === 0 ? keys.nwkSEncKey : keys.appSKey, 'up', devAddr, fCnt, payload);
  if (fPort === 0) return { macCommands: parseMacCommands(bytes, 'up').commands };
  return { macCommands: parseMacCommands(commands, 'up').commands, payload: { port: fPort, bytes } };
}
