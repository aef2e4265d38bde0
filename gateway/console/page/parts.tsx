/** Small pieces that several pages show. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Text } from '../../../shared/text.ts';
import { refusalOf } from './door.ts';
import { spanText } from './format.ts';
import { LOOKS, levelOf } from './levels.ts';
import { alarmName } from './names.ts';
import { useLanguage, useLive, useSignedIn, useTicking } from './surroundings.tsx';
import { say } from './words.ts';

/** How long ago a moment of the gateway's clock was. */
export function Ago({ at }: { readonly at: number | undefined }) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const said = useTicking(() =>
    at === undefined ? say.never()[language] : say.ago({ span: spanText(live.now - at) })[language],
  );
  if (at === undefined || Number.isNaN(new Date(at).getTime())) return <span>{said}</span>;
  return <time dateTime={new Date(at).toISOString()}>{said}</time>;
}

/** An alarm that stands; with the number of its warning level if its name tells one. */
export function AlarmBadge({ alarm }: { readonly alarm: string }) {
  const language = useLanguage();
  const level = levelOf(alarm);
  return (
    <span class={`badge alarm${level === undefined ? '' : ` level-${level}`}`}>
      {level === undefined ? (
        <span aria-hidden="true">▲</span>
      ) : (
        <span class="number">
          <span class="unseen">{say.level()[language]} </span>
          {level}
        </span>
      )}{' '}
      {alarmName(alarm)[language]}
    </span>
  );
}

/** The line of a threshold as a plot draws it: its colour in a dark casing, dashed by its level. */
export function LevelLine({ alarm }: { readonly alarm: string }) {
  const level = levelOf(alarm);
  const dash = level === undefined ? [4, 4] : LOOKS[level].dash;
  return (
    <svg class={`line${level === undefined ? '' : ` level-${level}`}`} viewBox="0 0 48 8" aria-hidden="true">
      <path class="casing" d="M0 4H48" />
      <path class="core" d="M0 4H48" stroke-dasharray={dash.length === 0 ? 'none' : dash.join(' ')} />
    </svg>
  );
}

/** What went wrong, said at once also to those who do not see it. */
export function Trouble({ text }: { readonly text: Text | undefined }) {
  const language = useLanguage();
  return (
    <div role="alert">
      {text !== undefined && (
        <p class="trouble">
          <span aria-hidden="true">! </span>
          {text[language]}
        </p>
      )}
    </div>
  );
}

/** A pair of a list of facts. */
export function Fact({ name, children }: { readonly name: Text; readonly children: ComponentChildren }) {
  const language = useLanguage();
  return (
    <div class="fact">
      <dt>{name[language]}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A heading that a screen reader begins at. */
export function Title({ children }: { readonly children: ComponentChildren }) {
  return <h1 tabIndex={-1}>{children}</h1>;
}

/** What was asked for, why not, and how to ask again; asked first when it is shown, and again when `key` changes, or when the connection is there again. */
export function useAnswer<T>(ask: () => Promise<T>, key: unknown) {
  const [answer, setAnswer] = useState<T>();
  const [trouble, setTrouble] = useState<Text>();
  const [round, setRound] = useState(0);
  const again = () => setRound((last) => last + 1);
  const isLive = useLive(({ connection }) => connection === 'live');
  // What failed because the gateway was starting would otherwise stand there for good.
  useEffect(() => {
    if (isLive && trouble !== undefined) again();
  }, [isLive]);
  // Not by `ask`, which is another function each time.
  useEffect(() => {
    let isWanted = true;
    ask().then(
      (given) => {
        if (!isWanted) return;
        setAnswer(() => given);
        setTrouble(undefined);
      },
      (fault) => {
        if (isWanted) setTrouble(refusalOf(fault));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [key, round]);
  return { answer, trouble, again };
}

/** Does one thing at a time, and tells whether it is at it, and what went wrong. */
export function useDoing() {
  const [isBusy, setIsBusy] = useState(false);
  const [trouble, setTrouble] = useState<Text>();
  const [done, setDone] = useState<Text>();
  const act = async (action: () => Promise<Text | undefined>): Promise<void> => {
    setIsBusy(true);
    setTrouble(undefined);
    setDone(undefined);
    try {
      setDone(await action());
    } catch (fault) {
      setTrouble(refusalOf(fault));
    } finally {
      setIsBusy(false);
    }
  };
  return { isBusy, trouble, done, act };
}

/** What has been done, said also to those who do not see it. */
export function Done({ text }: { readonly text: Text | undefined }) {
  const language = useLanguage();
  return <div role="status">{text !== undefined && <p class="done">✓ {text[language]}</p>}</div>;
}
