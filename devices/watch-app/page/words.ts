import { sentences } from '../../../shared/text.ts';

export const say = sentences('watch-app', {
  name: { en: 'Watch-over', ja: '見守り検知' },
  thisLanguage: { en: 'English', ja: '日本語' },
  lead: { en: 'Help find people who are lost', ja: '行方が分からない人を、見つける手助け' },
  leadBody: {
    en: 'While you walk through town, your phone can listen for the tags that some children and older people carry, so that the people who look for them know where to look.',
    ja: 'まちを歩くあいだ、お使いのスマートフォンが、子どもや高齢の方の持つタグの電波を受信します。探している人が、どこを探せばよいか分かるようになります。',
  },

  agree: { en: 'I agree and want to help', ja: '同意して協力する' },
  agreeNote: {
    en: 'No account, no name, no email address. Nothing is listened to before you agree, and you can withdraw at any time.',
    ja: '会員登録も、氏名やメールアドレスの入力も不要です。同意するまで受信は行わず、いつでも取り消せます。',
  },
  agreedAt: { en: 'You agreed on {date}.', ja: '{date}に同意しました。' },
  withdraw: { en: 'Withdraw and erase everything', ja: '同意を取り消してすべて消去' },
  withdrawNote: {
    en: 'One touch: it switches off, and your consent and all that waits to be sent are erased from this phone. What was sent before names neither you nor your phone.',
    ja: '一度押すだけで受信を停止し、同意の記録と送信待ちのデータをこの端末からすべて消去します。送信済みのデータに、あなたや端末を示す情報は含まれません。',
  },
  withdrawn: { en: 'Everything has been erased.', ja: 'すべて消去しました。' },

  switchLabel: { en: 'Help with detection', ja: '検知への協力' },
  on: { en: 'ON', ja: 'オン' },
  off: { en: 'OFF', ja: 'オフ' },
  isOff: { en: 'Off. Your phone is not listening.', ja: 'オフです。受信していません。' },
  isOn: { en: 'On. Thank you for helping.', ja: 'オンです。ご協力ありがとうございます。' },
  isResting: {
    en: 'On, and resting to spare the battery: the phone is lying still.',
    ja: 'オンです。端末が動いていないため、電池節約のため休止しています。',
  },
  keepInFront: {
    en: 'In a browser it only works while this page is in front and the screen is on.',
    ja: 'ブラウザーでは、このページを表示し、画面が点灯しているあいだだけ動作します。',
  },
  offline: {
    en: 'The city’s server cannot be reached. What waits is sent when it can.',
    ja: '市のサーバーに接続できません。接続できしだい送信します。',
  },
  listNone: {
    en: 'The list of operators has not arrived yet. Nothing is detected until it does.',
    ja: '事業者の一覧をまだ受信していません。受信するまで検知は行いません。',
  },
  listOver: {
    en: 'The list of operators is out of date. Nothing is detected until a new one arrives.',
    ja: '事業者の一覧の有効期限が切れています。新しい一覧を受信するまで検知は行いません。',
  },
  listForged: {
    en: 'The list of operators could not be verified. Nothing is detected until a good one arrives.',
    ja: '事業者の一覧を確認できませんでした。正しい一覧を受信するまで検知は行いません。',
  },
  bluetoothOff: {
    en: 'Bluetooth is off. Switch it on in the phone’s settings.',
    ja: 'Bluetoothがオフです。端末の設定でオンにしてください。',
  },
  notAllowed: {
    en: 'The phone did not allow listening. Allow Bluetooth and location for this app, then switch it on again.',
    ja: '受信が許可されていません。このアプリにBluetoothと位置情報を許可してから、もう一度オンにしてください。',
  },
  notSupported: {
    en: 'This browser cannot listen for tags. See “What each phone can do”.',
    ja: 'このブラウザーではタグを受信できません。「端末ごとにできること」をご覧ください。',
  },
  scanFailed: {
    en: 'Listening could not begin. Switch Bluetooth off and on, and try again.',
    ja: '受信を開始できませんでした。Bluetoothを一度オフにしてからオンにし、もう一度お試しください。',
  },
  storage: {
    en: 'The phone refuses to store data for this app. Free some space, or leave private browsing.',
    ja: '端末にデータを保存できません。空き容量を増やすか、プライベートブラウズを終了してください。',
  },
  failed: {
    en: 'Something went wrong in this app. Close it and open it again.',
    ja: 'アプリに問題が発生しました。アプリを閉じて、もう一度開いてください。',
  },
  placeUnknown: {
    en: 'The phone does not tell where it is. Please allow location: without a place, what it hears helps little.',
    ja: '現在地を取得できません。位置情報を許可してください。場所が分からないと、受信してもあまり役に立ちません。',
  },
  tooOld: {
    en: 'This browser is too old to lock what it sends. Update it, or the phone’s system.',
    ja: 'このブラウザーは古く、送信内容を暗号化できません。ブラウザーまたは端末のシステムを更新してください。',
  },
  secondTab: {
    en: 'The app is already open in another tab or window. Close this one.',
    ja: 'このアプリは別のタブまたはウィンドウで開いています。このページを閉じてください。',
  },
  notSetUp: {
    en: 'This app has not been set up: the city still has to fill in config.json (see its README).',
    ja: 'このアプリはまだ設定されていません。市の担当者は config.json を設定してください（READMEを参照）。',
  },

  collects: { en: 'What is collected', ja: '集める情報' },
  collectsTag: {
    en: 'The tag’s number, and where and about when your phone heard it: locked so that only the tag’s operator can open number and place.',
    ja: '受信したタグの番号、受信したおよその時刻と場所。番号と場所は暗号化し、そのタグの事業者だけが読めます。',
  },
  collectsCover: {
    en: 'Once in every two minutes a message of the same size is sent, whether a tag was heard or not. Nobody on the way can tell the difference.',
    ja: 'タグを受信したかどうかにかかわらず、2分に1回、同じ大きさのデータを送信します。途中で見ても区別できません。',
  },
  collectsNot: { en: 'What is not collected', ja: '集めない情報' },
  notYou: {
    en: 'Nothing about you: no name, no account, no phone number, no identifier of your phone. Each message has a new random name.',
    ja: 'あなたに関する情報。氏名、アカウント、電話番号、端末の識別番号は集めません。送信のたびに新しい乱数の名前を使います。',
  },
  notPath: {
    en: 'Not where you walk. A place leaves your phone only together with a tag, and only for its operator.',
    ja: 'あなたの移動経路。場所は、タグを受信したときに限り、その事業者だけが読める形で送信します。',
  },
  notOthers: {
    en: 'No other phones, headphones or watches nearby. They are ignored at once and never stored.',
    ja: '周囲のスマートフォン、イヤホン、腕時計など。ただちに無視し、保存しません。',
  },
  notShown: {
    en: 'You are not shown whether a tag was heard, so nobody can use this app to follow somebody.',
    ja: 'タグを受信したかどうかは画面に表示しません。このアプリで人の後をつけることはできません。',
  },
  battery: {
    en: 'It listens for 10 of every 30 seconds and rests while the phone lies still. Always on, it sends 100 to 200 MB a month.',
    ja: '30秒ごとに10秒だけ受信し、端末が動かないあいだは休止します。通信量は、常にオンの場合で1か月に100～200 MBです。',
  },
  operators: { en: 'Whose tags, and why', ja: '対象となるタグの事業者と目的' },
  operatorsNote: {
    en: 'The city signs this list. If it changes, the change is shown here.',
    ja: 'この一覧には市の電子署名があります。変更があれば、ここに表示します。',
  },
  noOperators: { en: 'The list has not arrived yet.', ja: '一覧をまだ受信していません。' },
  retention: {
    en: 'What cannot be sent is erased from your phone after {hours} {hours:hour|hours}.',
    ja: '送信できないデータは、{hours}時間後に端末から消去します。',
  },
  responsible: { en: 'Responsible', ja: '運営' },
  contact: { en: 'Questions', ja: 'お問い合わせ' },

  platforms: { en: 'What each phone can do', ja: '端末ごとにできること' },
  back: { en: 'Back', ja: '戻る' },
  platformsLead: {
    en: 'Phones differ in what they let an app hear. This is how it stands.',
    ja: 'アプリが受信できる電波は、端末によって異なります。現在の状況は次のとおりです。',
  },
  here: { en: 'This device', ja: 'お使いの端末' },
  hereShell: {
    en: 'You use the installed app: it listens as said below for Android or iPhone.',
    ja: 'アプリ版をお使いです。下のAndroidまたはiPhoneの説明のとおり受信します。',
  },
  hereScan: {
    en: 'This browser can listen to all around while the page is in front, but not for iBeacon tags.',
    ja: 'このブラウザーは、ページを表示しているあいだ周囲の電波を受信できます。ただしiBeaconのタグは受信できません。',
  },
  hereWatch: {
    en: 'This browser can listen to one chosen device only. That is good for trying it out, not for helping.',
    ja: 'このブラウザーは、選んだ機器1台の電波だけを受信できます。試用はできますが、検知には向きません。',
  },
  hereNone: {
    en: 'This browser cannot listen for tags. The installed app can.',
    ja: 'このブラウザーではタグを受信できません。アプリ版をお使いください。',
  },
  androidApp: { en: 'Android, installed app', ja: 'Android（アプリ版）' },
  androidAppBody: {
    en: 'Hears all tags, also in your pocket with the screen off. A notification stays visible while it is on. Android asks for location, since hearing a tag tells where you are.',
    ja: '画面が消えていても、すべてのタグを受信します。オンのあいだは通知が表示されます。タグの受信から現在地が分かるため、Androidは位置情報の許可を求めます。',
  },
  iphoneApp: { en: 'iPhone, installed app', ja: 'iPhone（アプリ版）' },
  iphoneAppBody: {
    en: 'Hears iBeacon tags through location services, and others through Bluetooth. In your pocket it goes on while iOS shows that the app uses your location; there, iOS tells only once of each tag that is not an iBeacon. If you or iOS close the app, it stops.',
    ja: 'iBeaconのタグは位置情報サービスで、その他のタグはBluetoothで受信します。画面を消したあとは、位置情報を使用中と表示されているあいだ動作しますが、iBeacon以外のタグはiOSから1回しか知らされません。アプリを終了すると、またはiOSが終了させると停止します。',
  },
  chrome: { en: 'Chrome and Edge', ja: 'Chrome・Edge' },
  chromeBody: {
    en: 'Listening is an experiment behind a setting of the browser, hides iBeacon tags, and ends as soon as the page is not in front.',
    ja: '受信は、設定で有効にする試験的な機能です。iBeaconのタグは受信できず、ページが前面から外れると停止します。',
  },
  safari: { en: 'Safari and Firefox', ja: 'Safari・Firefox' },
  safariBody: {
    en: 'Pages cannot use Bluetooth, and there is no plan that they will.',
    ja: 'ページからBluetoothを利用できません。対応の予定もありません。',
  },
});
