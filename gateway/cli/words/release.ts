import { sentences } from '../../../shared/text.ts';

/** release: what a box runs, and what it may run next. */
export const say = sentences('cli.release', {
  release: {
    en: 'releases of Machimori: of this box, to make, to offer',
    ja: 'リリースの確認・インストール・作成・配布',
  },
  folder: { en: 'folder of releases', ja: 'リリースのフォルダー' },
  version: { en: 'its version; the newest if left out', ja: 'バージョン（省略時は最新）' },
  list: {
    en: 'show the releases of this box, and how the last trial ended',
    ja: 'この端末のリリースと直近の試用結果を表示する',
  },
  install: {
    en: 'put a release on this box and take it up, on trial (as root)',
    ja: 'リリースを入れて試用を始める（root権限）',
  },
  installNote: {
    en: 'If a gateway runs, the release is on trial: unless the gateway is well with it within ten minutes, the last one comes back by itself.',
    ja: 'ゲートウェイの動作中は試用になります。10分以内に正常に動くことが確認できなければ、自動で前のリリースに戻ります。',
  },
  takeUp: {
    en: 'take up the release that the gateway has fetched (as root)',
    ja: 'ゲートウェイが取得したリリースに切り替える（root権限）',
  },
  optionData: { en: 'the gateway’s data directory', ja: 'ゲートウェイのデータディレクトリ' },
  rollBack: {
    en: 'end the trial: the last release comes back (as root)',
    ja: '試用をやめて前のリリースに戻す（root権限）',
  },
  make: { en: 'make a signed release of a tree', ja: 'ツリーから署名付きリリースを作る' },
  tree: { en: 'tree of a release, from npm run package', ja: 'npm run package で作ったツリー' },
  optionKey: { en: 'private key: Ed25519, PEM (needed)', ja: '秘密鍵（Ed25519、PEM形式、必須）' },
  makeNote: {
    en: 'Releases of several versions and architectures can lie in one folder. Any web server can offer it, any stick can carry it.',
    ja: '1つのフォルダーに複数のバージョンやアーキテクチャのリリースを置けます。ウェブサーバーで配布することも、USBメモリーで運ぶこともできます。',
  },
  verify: { en: 'check every file of the releases in a folder', ja: 'フォルダー内のリリースの全ファイルを検査する' },
  optionPublicKey: { en: 'trust this public key too (PEM)', ja: 'この公開鍵も信頼する（PEM形式）' },
  publish: { en: 'offer releases to the gateways of this hub', ja: 'このハブのゲートウェイにリリースを配布する' },
  publishNote: {
    en: 'Gateways fetch them from the hub’s HTTPS door once an order says so: machimori command send … update',
    ja: '更新の指示（machimori command send … update）を受けたゲートウェイが、ハブのHTTPSから取得します。',
  },
  rollOut: {
    en: 'update the gateways of this hub in stages, or show how it goes',
    ja: 'ゲートウェイを段階的に更新する、または進行状況を表示する',
  },
  rollOutVersion: { en: 'its version; how it goes if left out', ja: 'バージョン（省略時は進行状況を表示）' },
  optionUrl: { en: 'where gateways fetch it (needed to begin)', ja: '取得元のアドレス（開始時に必須）' },
  optionStages: { en: 'shares of the gateways, in percent', ja: '各段階の割合（パーセント）' },
  optionPause: { en: 'between two stages', ja: '段階の間の待ち時間' },
  optionPatience: { en: 'how long a stage waits for gateways that are away', ja: '応答のないゲートウェイを待つ時間' },
  optionStopAt: {
    en: 'stop when more than so many percent fail',
    ja: '失敗がこの割合（パーセント）を超えたら停止する',
  },
  optionStop: { en: 'stop it: nothing more is ordered', ja: '停止する（以後の指示を出さない）' },
  rollOutNote: {
    en: 'Which gateway comes when is drawn anew each time. One that took the release and has gone offline counts as failed.',
    ja: 'どのゲートウェイがどの段階に入るかは毎回無作為に決まります。更新後にオフラインになったものは失敗と数えます。',
  },
  needsUrl: { en: 'Name where gateways fetch it with --url', ja: '--url で取得元のアドレスを指定してください' },
  badStages: {
    en: '--stages: write at most {max} percentages, each above 0',
    ja: '--stages には0より大きい割合を{max}個まで書いてください',
  },
  badPause: { en: '--pause must be 31d at most', ja: '--pause には31d以下を指定してください' },
  badPatience: { en: '--patience must be 1m to 7d', ja: '--patience には1m〜7dを指定してください' },
  badShare: {
    en: '{option}: write percentages from 0 to 100, growing: "{word}"',
    ja: '{option}: 0〜100のパーセントを小さい順に書いてください: 「{word}」',
  },
  noRollOutYet: { en: 'Nothing has been rolled out.', ja: '配布はまだ行われていません。' },
  rollOutAt: {
    en: '{version}, stage {stage} of {stages} ({share} %): {state}',
    ja: '{version} 第{stage}段階／全{stages}段階（{share}%）: {state}',
  },
  rollOutTally: {
    en: 'Of {chosen} gateways {done} have it, {failed} failed, {quiet} went offline with it, {waiting} have not answered, {newer} run something newer already.',
    ja: '対象{chosen}台: 完了{done}、失敗{failed}、更新後オフライン{quiet}、応答待ち{waiting}、すでに新しい版{newer}。',
  },
  stateRunning: { en: 'under way', ja: '進行中' },
  stateStopped: { en: 'stopped', ja: '停止' },
  stateDone: { en: 'done', ja: '完了' },
  needsKey: { en: 'Name the private key with --key', ja: '--key で秘密鍵を指定してください' },
  made: {
    en: '{version} for {architecture}: {files} {files:file|files}, {size}, in {folder}',
    ja: '{architecture}用 {version}: {files}ファイル、{size}、{folder}',
  },
  verified: {
    en: '{version} for {architecture}: whole, {files} {files:file|files}, {size}',
    ja: '{architecture}用 {version}: 正常です（{files}ファイル、{size}）',
  },
  published: {
    en: '{version} for {architecture} can be fetched from this hub.',
    ja: '{architecture}用 {version}を、このハブから取得できるようになりました。',
  },
  noneInFolder: { en: 'There is no release in {folder}.', ja: '{folder}にリリースがありません。' },
  noneForThis: {
    en: 'There is no release for {architecture} in {folder}.',
    ja: '{folder}に{architecture}用のリリースがありません。',
  },
  unknownArchitecture: {
    en: 'Releases are made for amd64, arm64 and armhf; this machine is {architecture}.',
    ja: 'リリースはamd64、arm64、armhf用です。この端末は{architecture}です。',
  },
  putting: { en: 'Checking and unpacking {version} …', ja: '{version}を検査・展開しています…' },
  takenUp: { en: '{version} runs from now on.', ja: '{version}に切り替えました。' },
  onTrial: {
    en: '{version} is on trial. {previous} comes back by itself unless the gateway is well within ten minutes: machimori release list',
    ja: '{version}を試用中です。10分以内に正常に動かなければ、自動で{previous}に戻ります。確認: machimori release list',
  },
  nothingHanded: { en: 'The gateway has fetched no release.', ja: 'ゲートウェイが取得したリリースはありません。' },
  noScript: {
    en: 'This machine has no {script}: releases are for machines that the Debian package is installed on.',
    ja: '{script}がありません。リリースはDebianパッケージでインストールした端末で使えます。',
  },
  noTrial: {
    en: 'no release is on trial; the one before can be installed again: machimori release install',
    ja: '試行中のリリースはありません。前のリリースに戻すには machimori release install を使ってください',
  },
  scriptFailed: { en: 'it could not be done ({command})', ja: '実行できませんでした（{command}）' },
  seeAbove: {
    en: 'See the line above; it needs root, and room on the disk',
    ja: '上の行を確認してください。root権限とディスクの空きが必要です',
  },
  versionColumn: { en: 'version', ja: 'バージョン' },
  stateColumn: { en: 'state', ja: '状態' },
  runs: { en: 'runs', ja: '動作中' },
  runsOnTrial: { en: 'runs, on trial', ja: '試用中' },
  ready: { en: 'kept, to come back', ja: '復帰用に保存' },
  noReleases: { en: 'There are no releases on this machine.', ja: 'この端末にリリースはありません。' },
  lastConfirmed: { en: '{version} was confirmed at {at}.', ja: '{version}は{at}に正常と確認されました。' },
  lastTakenBack: {
    en: '{version} was taken back at {at}, and {previous} runs again: {why}.',
    ja: '{version}は{at}に取り消され、{previous}に戻りました: {why}。',
  },
});
