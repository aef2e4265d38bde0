import { sentences } from '../../../shared/text.ts';

/** Help, wrong usage, and what several verbs say. */
export const say = sentences('cli', {
  program: {
    en: "Carries the readings of a city's sensors to its city OS.",
    ja: '市内のセンサーの測定値を都市OSへ届けます。',
  },
  moreOnCommand: {
    en: 'More on a command: machimori <command> --help',
    ja: '各コマンドの詳しい説明: machimori <コマンド> --help',
  },
  exitCodes: {
    en: 'Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 78 run: the configuration is at fault.',
    ja: '終了コード: 0 正常終了、1 実行できなかった、2 使い方の誤り、78 runの設定ファイルに誤り。',
  },

  usageTitle: { en: 'Usage:', ja: '使い方:' },
  argumentsTitle: { en: 'Arguments:', ja: '引数:' },
  optionsTitle: { en: 'Options:', ja: 'オプション:' },
  commandsTitle: { en: 'Commands:', ja: 'コマンド:' },
  usageOptions: { en: '[options]', ja: '[オプション]' },
  usageCommand: { en: '<command>', ja: '<コマンド>' },
  withDefault: { en: '{meaning} (default: {value})', ja: '{meaning}（既定値: {value}）' },
  repeatable: { en: '{meaning}; may be repeated', ja: '{meaning}（複数回指定可）' },
  help: { en: 'show this help', ja: 'このヘルプを表示' },
  helpCommand: { en: 'help on a command', ja: 'コマンドのヘルプを表示' },
  version: { en: 'show the release', ja: 'リリース番号を表示' },
  lang: {
    en: 'language of the output: en or ja (default: the language of the system)',
    ja: '表示言語: en または ja（既定値: システムの言語）',
  },
  completion: {
    en: 'print a completion script for a shell',
    ja: 'シェルの補完スクリプトを出力',
  },
  completionShell: { en: 'bash, zsh or fish', ja: 'bash、zsh、fish のいずれか' },
  completionBash: {
    en: 'bash: machimori completion bash > /etc/bash_completion.d/machimori',
    ja: 'bash: machimori completion bash > /etc/bash_completion.d/machimori （新しいシェルから有効）',
  },
  completionZsh: {
    en: 'zsh: machimori completion zsh > "$fpath[1]/_machimori"',
    ja: 'zsh: machimori completion zsh > "$fpath[1]/_machimori" （新しいシェルから有効）',
  },
  completionFish: {
    en: 'fish: machimori completion fish > ~/.config/fish/completions/machimori.fish',
    ja: 'fish: machimori completion fish > ~/.config/fish/completions/machimori.fish （新しいシェルから有効）',
  },

  usage: { en: 'Usage: {usage}', ja: '使い方: {usage}' },
  more: { en: 'More: {command} --help', ja: '詳しくは: {command} --help' },
  noCommand: {
    en: 'There is no command "{name}". There are: {known}',
    ja: '「{name}」というコマンドはありません。使えるコマンド: {known}',
  },
  noCommandButMeant: {
    en: 'There is no command "{name}". Did you mean "{meant}"?',
    ja: '「{name}」というコマンドはありません。「{meant}」ではありませんか？',
  },
  sayWhat: { en: 'Say what to do: {known}', ja: '何をするかを指定してください: {known}' },
  noOption: { en: 'There is no option {flag}', ja: '{flag} というオプションはありません' },
  noOptionButMeant: {
    en: 'There is no option {flag}. Did you mean {meant}?',
    ja: '{flag} というオプションはありません。{meant} ではありませんか？',
  },
  missing: { en: '{what} is missing', ja: '{what} が指定されていません' },
  oneIsMissing: { en: '{first} or {second} is missing', ja: '{first} または {second} が指定されていません' },
  noValue: { en: '{option} needs a value', ja: '{option} には値が必要です' },
  tooMuch: { en: 'Unexpected: {words}', ja: '余分な引数です: {words}' },
  badLanguage: {
    en: '--lang must be en or ja, not "{word}"',
    ja: '--lang には en または ja を指定してください（指定された値: {word}）',
  },
  oneOf: { en: '{option} must be one of: {known}', ja: '{option} には次のいずれかを指定してください: {known}' },
  excludeEachOther: {
    en: '{first} and {second} cannot be used together',
    ja: '{first} と {second} は同時に指定できません',
  },
  noSignedNumber: {
    en: '{name} must be a number, not "{word}"',
    ja: '{name} には数値を指定してください（指定された値: {word}）',
  },
  noNumber: {
    en: '{option} must be a number, 0 or more, not "{word}"',
    ja: '{option} には0以上の数を指定してください（指定された値: {word}）',
  },
  noWholeNumber: {
    en: '{option} must be a whole number from {min} to {max}, not "{word}"',
    ja: '{option} には{min}から{max}までの整数を指定してください（指定された値: {word}）',
  },
  noSize: {
    en: '{option} takes a size such as 20MB, not "{word}"',
    ja: '{option} には 20MB のような大きさを指定してください（"{word}" は不可）',
  },
  noDuration: {
    en: '{option} must be a length of time such as "{example}"',
    ja: '{option} には「{example}」のような時間の長さを指定してください',
  },
  noIds: {
    en: '--id must be numbers with commas between them, such as 3,7, not "{words}"',
    ja: '--id には「3,7」のようにコンマで区切った番号を指定してください（指定された値: {words}）',
  },
  badSetting: { en: '{what}. {mend}', ja: '{what}。{mend}' },

  configFile: { en: 'configuration file', ja: '設定ファイル' },
  json: { en: 'print JSON, one object a line', ja: 'JSON（1行に1件）で出力' },
  configFault: { en: '{file}:{line}: {what}. {mend}', ja: '{file}:{line}: {what}。{mend}' },
  configNote: { en: '{file}:{line}: note: {what}. {mend}', ja: '{file}:{line}: 注意: {what}。{mend}' },
  standardInput: { en: 'standard input', ja: '標準入力' },
  fileUnreadable: { en: 'it cannot be read ({why})', ja: '読み取れません（{why}）' },
  checkPath: { en: 'Check the path and the permissions', ja: 'パスと権限を確認してください' },
  internal: {
    en: 'Something failed that Machimori did not foresee ({why}). {report}',
    ja: '想定外のエラーが発生しました（{why}）。{report}',
  },
  withReport: {
    en: 'Please report it with what is in {file}',
    ja: '{file} の内容を開発元へお知らせください',
  },
  withoutReport: { en: 'Please report it', ja: '開発元へお知らせください' },
  brokerEnrolmentFile: {
    en: 'enrolment at a hub (machimori gateway enrol), in place of the address and login',
    ja: 'ハブでの登録ファイル（machimori gateway enrol で作成）。アドレスとログイン情報の代わりに指定',
  },
  brokerUsername: { en: 'user name at the broker', ja: 'ブローカーのユーザー名' },
  brokerPasswordFile: { en: 'file with the password', ja: 'パスワードのファイル' },
  brokerCaFile: { en: 'file with the certificate authority', ja: '認証局証明書のファイル' },
  brokerCertFile: { en: 'file with the client certificate', ja: 'クライアント証明書のファイル' },
  brokerKeyFile: { en: 'file with its private key', ja: 'クライアント証明書の秘密鍵のファイル' },
  brokerProtocol: { en: 'MQTT version: 3.1.1 or 5', ja: 'MQTTのバージョン: 3.1.1 または 5' },
});
