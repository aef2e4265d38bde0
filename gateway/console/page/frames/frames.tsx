/** What comes to a port, raw beside decoded, as it comes: to be paused, sifted, and saved as a recording that `machimori decode` reads. */
import './frames.css';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { devicesOf, type LiveFrame } from '../../../../shared/live-frames.ts';
import type { Text } from '../../../../shared/text.ts';
import { numberText } from '../format.ts';
import { Title, Trouble } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useNames, useSignedIn } from '../surroundings.tsx';
import { say as sayPage } from '../words.ts';
import { Frame } from './frame.tsx';
import { Save } from './save.tsx';
import { maxKept, type State, Watching } from './watching.ts';
import { say } from './words.ts';

/** Of those that are kept. */
const maxDrawn = 100;

/** `about`: the port. */
export function Frames({ about }: { readonly about: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  return (
    <>
      <Title>{about === '' ? say.title()[language] : about}</Title>
      {!door.mayChange ? (
        <p>{say.onlyTechnicians()[language]}</p>
      ) : about === '' ? (
        <Choice />
      ) : (
        <Port key={about} name={about} />
      )}
    </>
  );
}

function Choice() {
  const language = useLanguage();
  const ports = useNames(({ ports }) => ports) ?? [];
  return (
    <>
      <p>{say.lead()[language]}</p>
      <h2 id="ports">{say.choosePort()[language]}</h2>
      {ports.length === 0 && <p>{say.noPorts()[language]}</p>}
      <ul class="links" aria-labelledby="ports">
        {ports.map((name) => (
          <li key={name}>
            <a class="touch card" href={hrefOf({ page: 'frames', about: name })}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Port({ name }: { readonly name: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [, again] = useReducer((count: number) => count + 1, 0);
  const watching = useMemo(() => new Watching(door, name, () => again(0)), [door, name]);
  const [device, setDevice] = useState('');
  const [isRubbishOnly, setRubbishOnly] = useState(false);
  useEffect(() => {
    void watching.start();
    return () => watching.stop();
  }, [watching]);
  const { port, shown, state, trouble } = watching;
  const wanted = shown.filter((frame) => isWanted(frame, device, isRubbishOnly));
  return (
    <>
      <p>
        <a class="touch" href={hrefOf({ page: 'frames' })}>
          ← {say.otherPort()[language]}
        </a>
      </p>
      <Trouble text={trouble ?? endOf(state)} />
      <Counts watching={watching} />
      {port?.isWithheld === true && <p>{say.withheld()[language]}</p>}
      {port?.shape === 'radio' && <p>{say.others()[language]}</p>}
      <Sieve
        devices={namesIn(watching)}
        device={device}
        setDevice={setDevice}
        isRubbishOnly={isRubbishOnly}
        setRubbishOnly={setRubbishOnly}
      />
      <Buttons watching={watching} />
      {port !== undefined && !port.isWithheld && (
        <Save port={port} device={device} frames={wanted.toReversed()} since={shown.at(-1)?.at} />
      )}
      {wanted.length === 0 && <p>{(shown.length === 0 ? say.nothingYet : say.nothingLike)()[language]}</p>}
      <ol class="frames">
        {wanted.slice(0, maxDrawn).map((frame) => (
          <Frame key={frame.id} frame={frame} />
        ))}
      </ol>
      <p class="small">{say.newest({ count: numberText(maxKept) })[language]}</p>
    </>
  );
}

function endOf(state: State): Text | undefined {
  if (state === 'port-ended') return say.portEnded();
  if (state === 'time-over') return say.timeOver();
  return state === 'broken' ? say.broken() : undefined;
}

function Counts({ watching: { state, isPaused, came, rubbish, missed, behind } }: { readonly watching: Watching }) {
  const language = useLanguage();
  const isLive = state === 'watching';
  const word = state === 'opening' ? say.opening : !isLive ? say.ended : isPaused ? say.paused : say.watching;
  return (
    <>
      <p class="states">
        <span class={`badge ${isLive && !isPaused ? 'open' : 'closed'}`}>
          <span aria-hidden="true">{isLive ? (isPaused ? '❚❚ ' : '● ') : '■ '}</span>
          {word()[language]}
        </span>
        <span class="badge">
          {say.came()[language]} {numberText(came)}
        </span>
        <span class="badge">
          {sayPage.rubbish()[language]} {numberText(rubbish)}
        </span>
        {missed > 0 && (
          <span class="badge">
            {say.missed()[language]} {numberText(missed)}
          </span>
        )}
        {behind > 0 && <span class="badge">{say.waitingBehind({ count: numberText(behind) })[language]}</span>}
      </p>
      {missed > 0 && <p class="small">{say.missedNote()[language]}</p>}
    </>
  );
}

interface SieveOptions {
  readonly devices: readonly string[];
  readonly device: string;
  readonly setDevice: (device: string) => void;
  readonly isRubbishOnly: boolean;
  readonly setRubbishOnly: (isRubbishOnly: boolean) => void;
}

function Sieve({ devices, device, setDevice, isRubbishOnly, setRubbishOnly }: SieveOptions) {
  const language = useLanguage();
  return (
    <div class="actions">
      {devices.length > 1 && (
        <label class="field">
          <span>{sayPage.device()[language]}</span>
          <select value={device} onChange={({ currentTarget }) => setDevice(currentTarget.value)}>
            <option value="">{say.all()[language]}</option>
            {devices.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={isRubbishOnly}
          onChange={({ currentTarget }) => setRubbishOnly(currentTarget.checked)}
        />
        {say.onlyRubbish()[language]}
      </label>
    </div>
  );
}

function Buttons({ watching }: { readonly watching: Watching }) {
  const language = useLanguage();
  return (
    <div class="actions">
      {!watching.isGoing ? (
        <button type="button" class="main" onClick={() => void watching.start()}>
          {say.watchAgain()[language]}
        </button>
      ) : (
        <button type="button" class="main" onClick={() => watching.pause(!watching.isPaused)}>
          {(watching.isPaused ? say.resume : say.pause)()[language]}
        </button>
      )}
      <button type="button" onClick={() => watching.clear()}>
        {say.clear()[language]}
      </button>
    </div>
  );
}

function namesIn({ port, shown }: Watching): readonly string[] {
  const names = new Set(port?.devices.map(({ id }) => id));
  for (const frame of shown) for (const name of devicesOf(frame)) names.add(name);
  return [...names].toSorted();
}

function isWanted(frame: LiveFrame, device: string, isRubbishOnly: boolean): boolean {
  if (isRubbishOnly && frame.rubbish.length === 0) return false;
  return device === '' || devicesOf(frame).includes(device);
}
