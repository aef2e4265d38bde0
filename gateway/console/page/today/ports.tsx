/** Every port: whether it is open and why not, what came, and what of it was rubbish. */
import { hexBytes } from '../../../../shared/hex.ts';
import type { Status } from '../../../status/status.ts';
import { bytesText, numberText } from '../format.ts';
import { rubbishName } from '../names.ts';
import { Ago, Fact } from '../parts.tsx';
import { useLanguage, useLive, useNames } from '../surroundings.tsx';
import { say } from '../words.ts';
import { NextAttempt } from './next-attempt.tsx';

/** Stations of a port that are shown. */
const maxStations = 20;

export function Ports() {
  const language = useLanguage();
  const all = useNames(({ ports }) => ports) ?? [];
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="ports">
      <h2 id="ports">
        {say.ports()[language]} <span class="count">{all.length}</span>
      </h2>
      <ul class="cards">
        {all.map((name) => (
          <PortCard key={name} name={name} />
        ))}
      </ul>
    </section>
  );
}

function PortCard({ name }: { readonly name: string }) {
  const language = useLanguage();
  const port = useLive(({ status }) => status?.ports[name]);
  if (port === undefined) return null;
  const { path, state, why, retry, bytes, frames, readings, heldBack, unusable, turnedAway, lastTurnedAway } = port;
  const isOpen = state === 'open';
  return (
    <li class={isOpen ? 'card port' : 'card port trouble'}>
      <h3>{name}</h3>
      <p class="path">{path}</p>
      <p class="states">
        <span class={`badge ${isOpen ? 'open' : 'closed'}`}>
          <span aria-hidden="true">{isOpen ? '● ' : '✕ '}</span>
          {(isOpen ? say.open : say.closed)()[language]}
        </span>
      </p>
      {!isOpen && (
        <p class="why">
          {why?.[language]} <NextAttempt retry={retry} />
        </p>
      )}
      {heldBack !== undefined && <p class="why">{heldBack[language]}</p>}
      {unusable !== undefined && <p class="why">{unusable[language]}</p>}
      <dl class="facts">
        <Fact name={say.bytes()}>
          {bytesText(bytes)} <Last at={port.lastBytesAt} />
        </Fact>
        <Fact name={say.frames()}>
          {numberText(frames)} <Last at={port.lastFrameAt} />
        </Fact>
        <Fact name={say.readings()}>
          {numberText(readings)} <Last at={port.lastReadingAt} />
        </Fact>
        <Rubbish port={port} />
        {turnedAway > 0 && (
          <Fact name={say.turnedAway()}>
            {numberText(turnedAway)} <span class="last">{lastTurnedAway?.[language]}</span>
          </Fact>
        )}
        <Stations port={port} />
      </dl>
    </li>
  );
}

function Last({ at }: { readonly at: number | undefined }) {
  if (at === undefined) return null;
  return (
    <span class="last">
      <Ago at={at} />
    </span>
  );
}

function Rubbish({ port }: { readonly port: Status['ports'][string] }) {
  const language = useLanguage();
  const { rubbish, rubbishByCode, lastRubbish, lastRubbishAt, lastRubbishHex = '' } = port;
  const codes = Object.entries(rubbishByCode).toSorted(([, a], [, b]) => b - a);
  return (
    <Fact name={say.rubbish()}>
      {numberText(rubbish)} <Last at={lastRubbishAt} />
      {codes.length > 0 && (
        <ul class="codes">
          {codes.map(([code, count]) => (
            <li key={code}>
              {rubbishName(code)[language]} {numberText(count)}
            </li>
          ))}
        </ul>
      )}
      {lastRubbish !== undefined && (
        <p class="raw">
          {say.lastRubbish()[language]} {lastRubbish[language]}
        </p>
      )}
      {lastRubbishHex !== '' && (
        <pre class="raw">
          {spaced(lastRubbishHex)}
          {'\n'}
          {asciiOf(lastRubbishHex)}
        </pre>
      )}
    </Fact>
  );
}

function spaced(hex: string): string {
  return hex.replace(/../g, '$& ').trimEnd();
}

/** What of it can be read, as a hex dump shows it. */
function asciiOf(hex: string): string {
  return String.fromCharCode(...hexBytes(hex)).replace(/[^ -~]/g, '.');
}

function Stations({ port: { stations = {} } }: { readonly port: Status['ports'][string] }) {
  const language = useLanguage();
  const all = Object.entries(stations);
  if (all.length === 0) return null;
  return (
    <Fact name={say.stations({ count: all.length })}>
      <ul class="codes">
        {all.slice(0, maxStations).map(([eui, { frames, lastAt }]) => (
          <li key={eui}>
            <code>{eui}</code> {say.framesHeard({ count: frames })[language]} <Last at={lastAt} />
          </li>
        ))}
      </ul>
    </Fact>
  );
}
