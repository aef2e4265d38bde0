/** What every part of the page may need: the language, the door to the gateway, and its live status. */
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import type { Language } from '../../../shared/text.ts';
import type { Status } from '../../status/status.ts';
import type { Door } from './door.ts';
import type { Live } from './live.ts';

export const LanguageContext = createContext<Language>('en');

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** Chooses another language. */
export const SpeakContext = createContext<(language: Language) => void>(() => {});

export function useSpeak(): (language: Language) => void {
  return useContext(SpeakContext);
}

interface SignedIn {
  readonly door: Door;
  readonly live: Live;
}
export const SignedInContext = createContext<SignedIn | undefined>(undefined);

/** Only within a page that is shown to somebody who is signed in. */
export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext);
  if (signedIn === undefined) throw new Error('Nobody is signed in');
  return signedIn;
}

/** What `pick` finds in the live status; draws again only when that is another value or object. */
export function useLive<T>(pick: (live: Live) => T): T {
  const { live } = useSignedIn();
  const [, again] = useReducer((count: number) => count + 1, 0);
  const picked = pick(live);
  const shown = useRef({ picked, pick });
  shown.current = { picked, pick };
  useEffect(() => {
    const look = () => {
      const { picked: last, pick: now } = shown.current;
      if (!Object.is(now(live), last)) again(0);
    };
    const forget = live.onChange(look);
    look(); // something may have come between the drawing and this effect
    return forget;
  }, [live]);
  return picked;
}

/** The names that `pick` finds in the live status; undefined before it has come. The same list while they are the same. */
export function useNames(pick: (status: Status) => object): readonly string[] | undefined {
  const names = useLive(({ status }) => (status === undefined ? undefined : JSON.stringify(Object.keys(pick(status)))));
  return useMemo(() => (names === undefined ? undefined : JSON.parse(names)), [names]);
}

/** One timer for all that grows older on the page. */
const tickers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** What `read` says now and each second after; draws again only when it is another value. */
export function useTicking<T>(read: () => T): T {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const said = read();
  const shown = useRef({ said, read });
  shown.current = { said, read };
  useEffect(() => {
    const tick = () => {
      if (!Object.is(shown.current.read(), shown.current.said)) again(0);
    };
    tickers.add(tick);
    ticking ??= setInterval(() => {
      for (const each of [...tickers]) each();
    }, 1_000);
    return () => {
      tickers.delete(tick);
      if (tickers.size > 0) return;
      clearInterval(ticking);
      ticking = undefined;
    };
  }, []);
  return said;
}
