/** What will be written, whether the gateway takes it, and the writing itself. */
import { useEffect, useMemo } from 'preact/hooks';
import type { Checked } from '../../../config/followed-file.ts';
import type { TakenUp } from '../../../control/config-actions.ts';
import { Refused } from '../door.ts';
import { Trouble, useAnswer, useDoing } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { addedBy, changesOf } from './changes.ts';
import type { StepOptions } from './draft.ts';
import { Mistakes } from './fields.tsx';
import { say } from './words.ts';

export function WriteStep({ draft, change, next }: StepOptions) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const isThere = useLive(({ status }) => status?.devices[draft.id] !== undefined);
  const isKnown = useLive(({ status }) => status !== undefined);
  // Whether it was written may not have been heard: then the gateway shows the device.
  useEffect(() => {
    if (draft.isBegun && !draft.isWritten && isThere) change({ isWritten: true, writtenAt: live.now });
  }, [isThere]);
  if (draft.isWritten) {
    return (
      <>
        <p class="done">✓ {say.alreadyWritten()[language]}</p>
        <button type="button" class="main" onClick={() => next()}>
          {say.next()[language]}
        </button>
      </>
    );
  }
  return isKnown ? <Writing draft={draft} change={change} next={next} /> : <p>{say.checking()[language]}</p>;
}

function Writing({ draft, change, next }: StepOptions) {
  const language = useLanguage();
  const { door, live } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  const changes = useMemo(() => changesOf(draft, Object.keys(live.status?.ports ?? {})), [draft]);
  const checking = useAnswer(() => door.json<Checked>('check-config', { changes }), JSON.stringify(changes));
  const write = () =>
    act(async () => {
      change({ isBegun: true, added: addedBy(changes) });
      const taken = await door.json<TakenUp>('change-config', { changes }).catch((fault) => {
        // What was refused was not written; of an answer that did not come, nobody knows.
        if (fault instanceof Refused && fault.code !== undefined) change({ isBegun: false });
        throw fault;
      });
      next({ isWritten: true, writtenAt: live.now, readings: [] });
      return taken.outcome === 'restarts' ? say.restarts() : undefined;
    });
  const { answer, trouble: unchecked } = checking;
  const faults = (answer?.faults ?? []).flatMap(({ what, mend }) => [what, mend]);
  return (
    <>
      <p>{say.writeLead()[language]}</p>
      <Trouble text={unchecked} />
      {answer === undefined && unchecked === undefined && <p>{say.checking()[language]}</p>}
      {faults.length > 0 && <p>{say.mendFirst()[language]}</p>}
      <Mistakes found={faults} />
      {answer?.notes.map(({ what, mend }) => (
        <p key={what[language]} class="doubt">
          {what[language]} {mend[language]}
        </p>
      ))}
      {answer !== undefined && <pre class="raw boxed">{answer.lines.join('\n')}</pre>}
      <Trouble text={trouble} />
      <p role="status">{done?.[language]}</p>
      <div class="actions">
        <button
          type="button"
          class="main"
          disabled={isBusy || answer === undefined || faults.length > 0}
          onClick={write}
        >
          {(isBusy ? say.writing : say.writeIt)()[language]}
        </button>
        {unchecked !== undefined && (
          <button type="button" onClick={checking.again}>
            {say.lookAgain()[language]}
          </button>
        )}
      </div>
    </>
  );
}
