/** The frame of every page: who is signed in, whether the connection lives, where to go. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { chooseLanguage, chosenLanguage } from '../../../shared/page/language.ts';
import type { Language, Text } from '../../../shared/text.ts';
import { Buffer } from './buffer/buffer.tsx';
import { Device } from './device/device.tsx';
import { currentSession, Door, refusalOf, type Session } from './door.ts';
import { Live } from './live.ts';
import { Lorawan } from './lorawan/lorawan.tsx';
import { Trouble } from './parts.tsx';
import { hrefOf, type Route, routeOf } from './route.ts';
import { Settings } from './settings.tsx';
import { SignIn } from './sign-in.tsx';
import { LanguageContext, SignedInContext, useLanguage, useSignedIn } from './surroundings.tsx';
import { Today } from './today/today.tsx';
import { ConnectionNotice } from './today/verdict.tsx';
import { say } from './words.ts';

const againAfterMs = 3_000;

/** A screen reader begins at the heading of what is new. */
function toTop(): void {
  scrollTo(0, 0);
  document.querySelector('h1')?.focus();
}

export function App() {
  const [language, setLanguage] = useState(() => chosenLanguage(localStorage, navigator.language));
  const [session, setSession] = useState<Session | 'unknown' | undefined>('unknown');
  const [trouble, setTrouble] = useState<Text>();
  const [notice, setNotice] = useState<Text>();
  const speak = (next: Language) => {
    chooseLanguage(localStorage, next);
    setLanguage(next);
  };
  const find = async () => {
    const found = await currentSession();
    setTrouble(undefined);
    setNotice(undefined);
    setSession(found);
  };
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    if (session !== 'unknown') return;
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = () =>
      find().catch((fault) => {
        setTrouble(refusalOf(fault));
        again = setTimeout(ask, againAfterMs);
      });
    void ask();
    return () => clearTimeout(again);
  }, [session]);
  if (session === 'unknown') {
    return (
      <LanguageContext.Provider value={language}>
        <main>
          <Trouble text={trouble} />
        </main>
      </LanguageContext.Provider>
    );
  }
  const signedOut = () => {
    setNotice(say.signedOut());
    setSession(undefined);
  };
  return (
    <LanguageContext.Provider value={language}>
      {session === undefined ? (
        <SignIn speak={speak} signedIn={find} notice={notice} />
      ) : (
        <SignedIn key={session.csrf} session={session} signedOut={signedOut} speak={speak} />
      )}
    </LanguageContext.Provider>
  );
}

interface SignedInOptions {
  readonly session: Session;
  readonly signedOut: () => void;
  readonly speak: (language: Language) => void;
}

function SignedIn({ session, signedOut, speak }: SignedInOptions) {
  // For as long as the session lasts.
  const signedIn = useMemo(() => ({ door: new Door(session, signedOut), live: new Live(signedOut) }), [session]);
  useEffect(() => {
    signedIn.live.open();
    return () => signedIn.live.close();
  }, [signedIn]);
  return (
    <SignedInContext.Provider value={signedIn}>
      <Pages speak={speak} />
    </SignedInContext.Provider>
  );
}

const TITLES = {
  today: say.today,
  device: say.device,
  buffer: say.buffer,
  lorawan: say.lorawan,
  settings: say.settings,
};
const LINKS = ['today', 'buffer', 'lorawan', 'settings'] as const;

function Pages({ speak }: { readonly speak: (language: Language) => void }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const turn = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', turn);
    return () => removeEventListener('hashchange', turn);
  }, []);
  const { gateway, tenant } = door.session;
  const title = route.page === 'device' ? route.id : TITLES[route.page]()[language];
  const where = hrefOf(route);
  // By the address: another page may have the same title.
  useEffect(toTop, [where]);
  useEffect(() => {
    document.title = `${title} – ${gateway}`;
  }, [title, gateway]);
  return (
    <>
      <header>
        <p class="gateway">
          <strong>{gateway}</strong> <span>{tenant}</span>
        </p>
        <nav aria-label={say.pages()[language]}>
          {LINKS.map((page) => (
            <a key={page} href={hrefOf({ page })} aria-current={isAt(route, page) ? 'page' : undefined}>
              {TITLES[page]()[language]}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <ConnectionNotice />
        <Shown route={route} speak={speak} />
      </main>
    </>
  );
}

function isAt(route: Route, page: (typeof LINKS)[number]): boolean {
  return route.page === page || (route.page === 'device' && page === 'today');
}

function Shown({ route, speak }: { readonly route: Route; readonly speak: (language: Language) => void }) {
  switch (route.page) {
    case 'today':
      return <Today />;
    case 'device':
      return <Device key={route.id} id={route.id} />;
    case 'buffer':
      return <Buffer />;
    case 'lorawan':
      return <Lorawan />;
    case 'settings':
      return <Settings speak={speak} />;
  }
}
