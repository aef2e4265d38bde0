/** Sirens, lamps and boards on the spot: how each stands, a test and its end, and silence. */
import { useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import type { Status } from '../../../status/status.ts';
import { alarmName } from '../names.ts';
import { Done, Title, Trouble, useDoing } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useNames, useSignedIn } from '../surroundings.tsx';
import { say } from './words.ts';

type OutputState = Status['outputs'][string];

const usualSeconds = 5;
const maxSeconds = 600;

export function Outputs() {
  const language = useLanguage();
  const { door } = useSignedIn();
  const names = useNames(({ outputs }) => outputs) ?? [];
  return (
    <>
      <Title>{say.title()[language]}</Title>
      <p>{say.lead()[language]}</p>
      {names.length === 0 && (
        <section class="card">
          <p>{say.none()[language]}</p>
          <p>{say.howToAdd()[language]}</p>
        </section>
      )}
      {names.length > 0 && door.mayChange && <p class="small">{say.beware()[language]}</p>}
      <ul class="cards">
        {names.map((name) => (
          <OutputCard key={name} name={name} />
        ))}
      </ul>
    </>
  );
}

function OutputCard({ name }: { readonly name: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const state = useLive(({ status }) => status?.outputs[name]);
  if (state === undefined) return null;
  const { why, isSilenced, fault } = state;
  return (
    <li class={fault === undefined ? 'card output' : 'card output trouble'}>
      <h2>{name}</h2>
      <p class="states">
        <StateBadge state={state} />
        {fault !== undefined && (
          <span class="badge closed">
            <span aria-hidden="true">✕ </span>
            {say.failing()[language]}
          </span>
        )}
      </p>
      {why !== undefined && why !== 'test' && 'text' in why && <p>{say.shows({ text: why.text })[language]}</p>}
      {why !== undefined && why !== 'test' && 'alarm' in why && (
        <p>
          {say.because({ alarm: alarmName(why.alarm), place: why.place })[language]}{' '}
          <a class="touch" href={hrefOf({ page: 'device', about: why.device })}>
            {why.device}
          </a>
        </p>
      )}
      {isSilenced && <p class="small">{say.silencedNote()[language]}</p>}
      {fault !== undefined && <p class="why">{say.failingNote({ why: fault })[language]}</p>}
      {door.mayChange && <Actions name={name} state={state} />}
    </li>
  );
}

/** What cannot be told is only meant to be so. */
function StateBadge({ state: { isOn, why, isSilenced, fault } }: { readonly state: OutputState }) {
  const language = useLanguage();
  const [sign, word, look]: readonly [string, () => Text, string] = isOn
    ? why === 'test'
      ? ['◐', say.test, 'open']
      : ['▲', fault === undefined ? say.on : say.shouldBeOn, 'alarm']
    : isSilenced
      ? ['❚❚', say.silenced, 'closed']
      : ['○', fault === undefined ? say.off : say.shouldBeOff, ''];
  return (
    <span class={`badge ${look}`}>
      <span aria-hidden="true">{sign} </span>
      {word()[language]}
    </span>
  );
}

function Actions({ name, state: { isOn, why } }: { readonly name: string; readonly state: OutputState }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  const [seconds, setSeconds] = useState(String(usualSeconds));
  const silencing = useRef<HTMLDialogElement>(null);
  const isTest = isOn && why === 'test';
  const test = (event: SubmitEvent) => {
    event.preventDefault();
    return act(async () => {
      await door.json('test-output', { output: name, ms: Math.round(Number(seconds) * 1_000) });
      return say.tested({ output: name, seconds });
    });
  };
  // By no time at all, not by silence: an alarm that stands meanwhile must sound.
  const endTest = () =>
    act(async () => {
      await door.json('test-output', { output: name, ms: 0 });
      return say.testEnded({ output: name });
    });
  const silence = () => {
    silencing.current?.close();
    return act(async () => {
      await door.json('silence-output', { output: name });
      return say.isSilenced({ output: name });
    });
  };
  return (
    <>
      <form class="actions low" onSubmit={test}>
        <label class="field short">
          <span>{say.seconds()[language]}</span>
          <input
            type="number"
            inputMode="numeric"
            min={1}
            max={maxSeconds}
            required
            value={seconds}
            onInput={({ currentTarget }) => setSeconds(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isBusy}>
          {say.startTest()[language]}
        </button>
        {isTest && (
          <button type="button" class="main" disabled={isBusy} onClick={endTest}>
            {say.endTest()[language]}
          </button>
        )}
        {isOn && !isTest && (
          <button type="button" class="grave" disabled={isBusy} onClick={() => silencing.current?.showModal()}>
            {say.silence()[language]}
          </button>
        )}
      </form>
      <Trouble text={trouble} />
      <Done text={done} />
      <dialog ref={silencing} aria-labelledby={`silence-${name}`}>
        <h2 id={`silence-${name}`}>{say.silenceTitle({ output: name })[language]}</h2>
        <p>{say.silenceNote()[language]}</p>
        <div class="actions">
          <button type="button" onClick={() => silencing.current?.close()}>
            {say.leaveOn()[language]}
          </button>
          <button type="button" class="grave" onClick={silence}>
            {say.silenceIt()[language]}
          </button>
        </div>
      </dialog>
    </>
  );
}
