import { sentences } from '../../shared/text.ts';

export const say = sentences('update', {
  notManifest: {
    en: 'it is no manifest of a release (at "{where}")',
    ja: 'リリースのマニフェストではありません（「{where}」の箇所）',
  },
  releaseTooLarge: {
    en: 'the release has {bytes} bytes; {max} are allowed',
    ja: 'リリースが{bytes}バイトあります。上限は{max}バイトです',
  },
  fileTooLarge: {
    en: 'it has {bytes} bytes; {max} are allowed',
    ja: '{bytes}バイトあります。上限は{max}バイトです',
  },
  notReleaseKey: {
    en: 'it is not a public key for releases ({why})',
    ja: 'リリース用の公開鍵ではありません（{why}）',
  },
  letRead: {
    en: 'Let everybody read it: sudo chmod -R a+rX {folder}',
    ja: '全員が読めるようにしてください: sudo chmod -R a+rX {folder}',
  },
  makeReleaseKey: {
    en: 'A public key is made with: openssl pkey -in <private key> -pubout, from an Ed25519 key',
    ja: '公開鍵は、Ed25519の秘密鍵から次のコマンドで作れます: openssl pkey -in <秘密鍵> -pubout',
  },
  tooManyKeys: {
    en: 'this file and those after it are not read: {max} keys count at most',
    ja: 'このファイル以降は読み込まれません。鍵は最大{max}個です',
  },
  removeKeys: {
    en: 'Remove the keys that nobody signs with any more',
    ja: '署名に使われなくなった鍵を削除してください',
  },
  keyFolderUnreadable: { en: 'the folder cannot be read ({why})', ja: 'フォルダーを読み取れません（{why}）' },
  notSigningKey: {
    en: 'it is not a private key for releases ({why})',
    ja: 'リリース用の秘密鍵ではありません（{why}）',
  },
  makeSigningKey: {
    en: 'A key is made with: openssl genpkey -algorithm ed25519 -out <private key>',
    ja: '鍵は次のコマンドで作れます: openssl genpkey -algorithm ed25519 -out <秘密鍵>',
  },
  notTrusted: {
    en: 'nobody whom this box trusts has signed it',
    ja: 'この端末が信頼する鍵で署名されていません',
  },
  trustReleaseKey: {
    en: 'Its signer’s key is {kid}. If you trust it, put its public key into /etc/machimori-release-keys as root',
    ja: '署名者の鍵は{kid}です。信頼できる場合は、その公開鍵をroot権限で/etc/machimori-release-keysに置いてください',
  },
  otherRelease: {
    en: 'its manifest is of {version} for {architecture}',
    ja: 'マニフェストは{architecture}用の{version}のものです',
  },
  releaseUnreadable: { en: 'the release cannot be read ({why})', ja: 'リリースを読めません（{why}）' },
  checkRelease: {
    en: 'Check that the folder holds this release for this architecture, and copy it again if need be',
    ja: 'フォルダーにこのアーキテクチャ用のリリースがあるかを確認し、必要ならコピーし直してください',
  },
  damaged: { en: 'a file of the release is damaged ({why})', ja: 'リリースのファイルが壊れています（{why}）' },
  blobTooLarge: {
    en: 'it holds more than the {bytes} bytes that its manifest names',
    ja: 'マニフェストにある{bytes}バイトより大きい内容です',
  },
  blobDiffers: { en: 'it is not what was signed', ja: '署名された内容と異なります' },
  notHanded: { en: 'it does not say which release', ja: 'どのリリースか書かれていません' },
  orderAgain: { en: 'Order the update again', ja: '更新をもう一度指示してください' },
  notReleaseTree: { en: 'it is no tree of a release ({why})', ja: 'リリースのツリーではありません（{why}）' },
  badPath: {
    en: '{path} is no name for a file of a release: letters, digits and @ _ + . - only, 200 characters at most',
    ja: '{path} はリリースのファイル名に使えません。英数字と @ _ + . - だけで、200文字までです',
  },
  notPlainFile: { en: '{path} is not a plain file', ja: '{path}は通常のファイルではありません' },
  buildTree: { en: 'Build it with: npm run package', ja: '次のコマンドで作成してください: npm run package' },
  otherArchitecture: {
    en: 'the release is for {architecture}; this box is {own}',
    ja: 'このリリースは{architecture}用です。この端末は{own}です',
  },
  takeOwnArchitecture: {
    en: 'Take the release for this box’s architecture',
    ja: 'この端末のアーキテクチャ用のリリースを使ってください',
  },
  olderRelease: {
    en: '{version} is older than {current}, which runs',
    ja: '{version}は、動作中の{current}より古いものです',
  },
  installByHand: {
    en: 'To go back on purpose, run on the box: sudo machimori release install <folder> <version>',
    ja: '意図して戻す場合は、端末で次を実行してください: sudo machimori release install <フォルダー> <バージョン>',
  },
  unreachable: { en: 'it could not be fetched ({why})', ja: '取得できませんでした（{why}）' },
  answered: { en: 'the server answered {status}', ja: 'サーバーの応答は{status}でした' },
  otherLength: { en: 'it has another length than before', ja: '前回と長さが異なります' },
  checkReleaseServer: {
    en: 'Check that the server has this release and answers requests for ranges of bytes; the next order goes on where this one stopped',
    ja: 'サーバーにこのリリースがあり、バイト範囲の要求に応えることを確認してください。次の指示で、中断した所から再開します',
  },
  whyTime: { en: 'the gateway was not well in time', ja: '時間内に正常な動作を確認できませんでした' },
  whyStarts: { en: 'it had to be started too often', ja: '起動の失敗が続きました' },
  whyAsked: { en: 'somebody asked for it', ja: '操作で取り消されました' },
  whyInterrupted: { en: 'the power went before it ran', ja: '動き出す前に電源が切れました' },
  whyMissing: { en: 'its files are gone', ja: 'ファイルがなくなっていました' },
  rolledBack: {
    en: '{version} was taken back, and {previous} runs again: {why}',
    ja: '{version}は取り消され、{previous}に戻りました: {why}',
  },
  nobodyTakesUp: {
    en: 'the release was fetched, and nothing on the box takes it up: is machimori-update.path active?',
    ja: 'リリースは取得しましたが、端末で切り替えが行われません。machimori-update.pathが有効か確認してください',
  },
  updateRuns: {
    en: 'another update is under way. Order it again once that has ended',
    ja: '別の更新が進行中です。終わってから、もう一度命令してください',
  },
  noEnd: { en: 'the trial has not come to an end', ja: '試用が終わりません' },
  fetchAgain: {
    en: 'Fetch or copy the release again',
    ja: 'リリースをもう一度取得するか、コピーし直してください',
  },
});
