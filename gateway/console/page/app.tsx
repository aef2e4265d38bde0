/** The frame of every page: who is signed in, whether the connection lives, where to go. */
import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useMemo, useState } from 'preact/hooks';
import { chooseLanguage, chosenLanguage } from '../../../shared/page/language.ts';
import type { Language, Text } from '../../../shared/text.ts';
import { currentSession, Door, refusalOf, type Session } from './door.ts';
import { Live } from './live.ts';
import { linkedFor, PAGES } from './pages.tsx';
import { Trouble } from './parts.tsx';
import { hrefOf, type PageName, routeOf } from './route.ts';
import { SignIn } from './sign-in.tsx';
import { LanguageContext, SignedInContext, SpeakContext, useLanguage, useSignedIn } from './surroundings.tsx';
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
  const signedOut = () => {
    setNotice(say.signedOut());
    setSession(undefined);
  };
  return (
    <LanguageContext.Provider value={language}>
      <SpeakContext.Provider value={speak}>
        {session === 'unknown' ? (
          <main>
            <Trouble text={trouble} />
          </main>
        ) : session === undefined ? (
          <SignIn signedIn={find} notice={notice} />
        ) : (
          <SignedIn key={session.csrf} session={session} signedOut={signedOut} />
        )}
      </SpeakContext.Provider>
    </LanguageContext.Provider>
  );
}

function SignedIn({ session, signedOut }: { readonly session: Session; readonly signedOut: () => void }) {
  // For as long as the session lasts.
  const signedIn = useMemo(() => ({ door: new Door(session, signedOut), live: new Live(signedOut) }), [session]);
  useEffect(() => {
    signedIn.live.open();
    return () => signedIn.live.close();
  }, [signedIn]);
  return (
    <SignedInContext.Provider value={signedIn}>
      <Pages />
    </SignedInContext.Provider>
  );
}

function Pages() {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const turn = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', turn);
    return () => removeEventListener('hashchange', turn);
  }, []);
  const { gateway, tenant } = door.session;
  const { about = '' } = route;
  const { title, show: Shown } = PAGES[route.page];
  const name = about === '' ? title()[language] : about;
  const where = hrefOf(route);
  // By the address: another page may have the same title.
  useEffect(toTop, [where]);
  useEffect(() => {
    document.title = `${name} – ${gateway}`;
  }, [name, gateway]);
  return (
    <>
      <header>
        <p class="gateway">
          <strong>{gateway}</strong> <span>{tenant}</span>
        </p>
        <nav aria-label={say.pages()[language]}>
          {linkedFor(door.mayChange).map((page) => (
            <a
              key={page}
              href={hrefOf({ page })}
              class={page === 'more' ? 'more' : PAGES[page].link}
              aria-current={linkOf(route.page).includes(page) ? 'page' : undefined}
            >
              {PAGES[page].title()[language]}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <ConnectionNotice />
        <Guarded key={where}>
          <Shown about={about} />
        </Guarded>
      </main>
    </>
  );
}

/** A page that fails is said so, and the others can still be reached. */
function Guarded({ children }: { readonly children: ComponentChildren }) {
  const [fault] = useErrorBoundary();
  if (fault === undefined) return children;
  return (
    <>
      <Trouble text={say.pageFailed()} />
      <p class="small">{String(fault)}</p>
    </>
  );
}

/** The links by which a page is reached: one of them is shown. */
function linkOf(page: PageName): readonly PageName[] {
  if (page === 'device' || page === 'sheet' || page === 'test') return ['today'];
  return PAGES[page].link === 'phone' ? [page] : [page, 'more'];
}
