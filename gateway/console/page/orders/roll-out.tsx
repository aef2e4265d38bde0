/** How the roll-out of a release stands, and its stop. */
import { useRef } from 'preact/hooks';
import type { RollOutSight } from '../../../hub/roll-out.ts';
import { Done, Fact, Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from './words.ts';

const STATES = {
  running: [say.running, 'open'],
  stopped: [say.stopped, 'closed'],
  done: [say.rolledOut, 'reporting'],
} as const;

interface Given {
  readonly sight: RollOutSight;
  readonly changed: () => void;
}

export function RollOutCard({ sight: { plan, state, tally }, changed }: Given) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  const stopping = useRef<HTMLDialogElement>(null);
  const { version, stages } = plan;
  const [word, look] = STATES[state.state];
  const share = Math.round((stages[state.stage] ?? 1) * 1_000) / 10;
  const mayStop = door.mayChange && state.state === 'running';
  const stop = () => {
    stopping.current?.close();
    return act(async () => {
      await door.json('stop-roll-out', {});
      changed();
      return say.hasStopped();
    });
  };
  return (
    <section class="card roll-out" aria-labelledby="roll-out">
      <h2 id="roll-out">{say.rollOut({ version })[language]}</h2>
      <p class="states">
        <span class={`badge ${look}`}>{word()[language]}</span>
      </p>
      <dl class="facts">
        <Fact name={say.stage()}>
          {say.stageOf({ stage: state.stage + 1, stages: stages.length, share })[language]}
        </Fact>
        <Fact name={say.tally()}>{say.tallied({ ...tally })[language]}</Fact>
      </dl>
      {mayStop && (
        <button type="button" class="grave" disabled={isBusy} onClick={() => stopping.current?.showModal()}>
          {say.stopRollOut()[language]}
        </button>
      )}
      <Trouble text={trouble} />
      <Done text={done} />
      {mayStop && (
        <dialog ref={stopping} aria-labelledby="stop-roll-out">
          <h2 id="stop-roll-out">{say.stopTitle({ version })[language]}</h2>
          <p>{say.stopNote()[language]}</p>
          <div class="actions">
            <button type="button" onClick={() => stopping.current?.close()}>
              {say.goOn()[language]}
            </button>
            <button type="button" class="grave" onClick={stop}>
              {say.stopRollOut()[language]}
            </button>
          </div>
        </dialog>
      )}
    </section>
  );
}
