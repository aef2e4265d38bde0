/** Which language to speak: the one that was asked for, else that of the system's locale, else English. */
import { LANGUAGES, type Language } from '../../shared/text.ts';

/** The arguments without `--lang`, wherever it stands, and what it was given: "" if nothing, undefined without one. */
export function takeLanguage(args: readonly string[]): {
  readonly asked: string | undefined;
  readonly rest: readonly string[];
} {
  const rest: string[] = [];
  let asked: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') return { asked, rest: [...rest, ...args.slice(i)] };
    if (arg === '--lang') asked = args[++i] ?? '';
    else if (arg.startsWith('--lang=')) asked = arg.slice('--lang='.length);
    else rest.push(arg);
  }
  return { asked, rest };
}

export function isLanguage(word: string | undefined): word is Language {
  return LANGUAGES.some((language) => language === word);
}

/** The language of messages by POSIX (XBD 8.2): LC_ALL before LC_MESSAGES before LANG; empty ones do not count. */
export function languageOfSystem(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
  const [language] = locale.toLowerCase().split(/[_.@-]/, 1);
  return isLanguage(language) ? language : 'en';
}
