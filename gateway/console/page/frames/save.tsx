/** Saves what is shown as a recording, and says how it is decoded. */
import { useState } from 'preact/hooks';
import {
  decodeCommand,
  decodedAs,
  type LiveFrame,
  recordedLines,
  recordingHead,
  type WatchedPort,
} from '../../../../shared/live-frames.ts';
import { listed } from '../../../../shared/text.ts';
import { fileMoment, offer } from '../offer.ts';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from './words.ts';

interface SaveOptions {
  readonly port: WatchedPort;
  /** Chosen by its id; empty: none. */
  readonly device: string;
  /** Oldest first. */
  readonly frames: readonly LiveFrame[];
  readonly since: number | undefined;
}

interface Saved {
  readonly count: number;
  readonly left: number;
  readonly command: string;
  readonly unwritten: readonly string[];
}

export function Save({ port, device: chosen, frames, since }: SaveOptions) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [saved, setSaved] = useState<Saved>();
  const { gateway } = door.session;
  const isRadio = port.shape === 'radio';
  const device = decodedAs(port, chosen);
  if (port.shape === 'network-server') return <p class="small">{say.notRecorded()[language]}</p>;
  if (device === undefined && !isRadio) return <p class="small">{say.chooseDevice()[language]}</p>;
  const save = () => {
    const recorded = frames.map((frame) => recordedLines(frame, port));
    const lines = [...recordingHead(port, device, gateway, since ?? Date.now()), ...recorded.flat(), ''];
    const name = `${gateway}-${port.name}-${fileMoment()}.${isRadio ? 'jsonl' : 'hex'}`;
    offer(new Blob([lines.join('\n')], { type: 'text/plain' }), name);
    const came = frames.filter(({ length }) => length !== undefined);
    const count = came.filter((frame) => recordedLines(frame, port).some((line) => !line.startsWith('#'))).length;
    setSaved({
      ...{ count, left: came.length - count },
      command: decodeCommand(port, device, name),
      unwritten: device?.unwritten ?? [],
    });
  };
  return (
    <>
      <button type="button" disabled={frames.length === 0} onClick={save}>
        {say.save()[language]}
      </button>
      <div role="status">
        {saved !== undefined && (
          <>
            <p class="done">✓ {(saved.left === 0 ? say.saved(saved) : say.savedWithout(saved))[language]}</p>
            <p>
              <code>{saved.command}</code>
            </p>
            {saved.unwritten.length > 0 && <p>{say.addByHand({ names: listed(saved.unwritten) })[language]}</p>}
            {isRadio && <p>{say.addKeys()[language]}</p>}
          </>
        )}
      </div>
    </>
  );
}
