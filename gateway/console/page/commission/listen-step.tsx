/** What is on the line: a hunt that is watched as it goes, what it found, and a choice by hand. */

import { useEffect, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { say as sayShared } from '../../../../shared/words.ts';
import type { ProbeStanding } from '../../../commission/answers.ts';
import { Refused, refusalOf } from '../door.ts';
import { Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { ByHand } from './by-hand.tsx';
import type { StepOptions } from './draft.ts';
import { Found } from './found.tsx';
import { say } from './words.ts';

const askEveryMs = 1_000;

export function ListenStep(options: StepOptions) {
  const { draft, change, next } = options;
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, act } = useDoing();
  const [listenOnly, setListenOnly] = useState(false);
  const { probeId, found, line } = draft;
  const isGoing = probeId !== undefined && found === undefined;
  const { standing, trouble: lost } = useStanding(isGoing ? probeId : undefined, ({ found: came, isStopped }) => {
    const isNone = came === undefined || (isStopped === true && !came.isRecognised);
    change(isNone ? { probeId: undefined } : { found: came });
  });
  const begin = () =>
    act(async () => {
      const word = line?.stablePath ?? line?.path ?? '';
      const begun = await door.json<ProbeStanding>('begin-probe', { line: word, listenOnly });
      const { heldBy } = begun;
      change({
        ...{ probeId: begun.id, found: undefined, chosen: undefined },
        line: { ...line, path: line?.path ?? word, ...(heldBy !== undefined && { heldBy }) },
      });
      return undefined;
    });
  const stop = () =>
    act(async () => {
      await door.json('end-probe', { id: probeId });
      change({ probeId: undefined, found: undefined });
      return undefined;
    });
  return (
    <>
      <p class="path">{line?.stablePath ?? line?.path}</p>
      {isGoing ? (
        <Going standing={standing} stop={stop} isBusy={isBusy} />
      ) : (
        <>
          {found === undefined && <p>{say.listenLead()[language]}</p>}
          {found !== undefined && <Found found={found} choose={(chosen) => next({ chosen, settings: {} })} />}
          <label class="check">
            <input
              type="checkbox"
              checked={listenOnly}
              onChange={({ currentTarget }) => setListenOnly(currentTarget.checked)}
            />
            <span>
              {say.listenOnly()[language]} <small>{say.e220()[language]}</small>
            </span>
          </label>
          <div class="actions">
            <button type="button" class={found === undefined ? 'main' : ''} disabled={isBusy} onClick={begin}>
              {(found === undefined ? say.listen : say.listenAgain)()[language]}
            </button>
          </div>
        </>
      )}
      <Trouble text={trouble ?? lost} />
      {!isGoing && (
        <ByHand line={line} setting={found?.setting} choose={(chosen, settings) => next({ chosen, settings })} />
      )}
    </>
  );
}

interface GoingOptions {
  readonly standing: ProbeStanding | undefined;
  readonly stop: () => void;
  readonly isBusy: boolean;
}

function Going({ standing, stop, isBusy }: GoingOptions) {
  const language = useLanguage();
  const { heldBy, bytes = 0, secondsLeft = 0 } = standing ?? {};
  return (
    <section class="card hunt">
      <p class="sum" role="status">
        {doing(standing)[language]}
      </p>
      <p>{say.soFar({ bytes, seconds: secondsLeft })[language]}</p>
      <progress aria-label={say.listenStep()[language]} />
      {heldBy !== undefined && <p class="doubt">{say.pausesNow({ port: heldBy })[language]}</p>}
      <button type="button" disabled={isBusy} onClick={stop}>
        {say.stop()[language]}
      </button>
    </section>
  );
}

function doing(standing: ProbeStanding | undefined): Text {
  const { does = 'opens', setting } = standing ?? {};
  if (does === 'opens') return say.opens();
  if (does === 'asks') return setting === undefined ? say.asks() : say.asksAt({ setting });
  return setting === undefined ? say.listens() : say.listensAt({ setting });
}

/** How a hunt goes, asked every second while the page is looked at, until it is over. */
function useStanding(id: string | undefined, over: (standing: ProbeStanding) => void) {
  const { door } = useSignedIn();
  const [standing, setStanding] = useState<ProbeStanding>();
  const [trouble, setTrouble] = useState<Text>();
  useEffect(() => {
    if (id === undefined) return;
    setTrouble(undefined);
    setStanding(undefined);
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      let isOver = false;
      try {
        const came = await door.json<ProbeStanding>('probe-progress', { id });
        if (!isWanted) return;
        setStanding(came);
        const wasStopped = came.isStopped === true && came.found?.isRecognised === false;
        setTrouble(came.fault ? sayShared.fault(came.fault) : wasStopped ? say.wasStopped() : undefined);
        isOver = came.does === 'over';
        if (isOver) over(came);
      } catch (fault) {
        if (!isWanted) return;
        setTrouble(refusalOf(fault));
        // A gateway that does not know it has another, or has restarted: there is nothing to wait for.
        isOver = fault instanceof Refused && fault.code === 'no-probe';
        if (isOver) over({ id, line: '', does: 'over', bytes: 0, secondsLeft: 0 });
      }
      if (!isOver) timer = setTimeout(() => void ask(), askEveryMs);
    };
    void ask();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [id]);
  return { standing, trouble };
}
