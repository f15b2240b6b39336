// Follows identity_cookie.js. What it is for stands in who.py.

const TURN = "livechat-turn";
const [HELD_FOR, WAITS_FOR, SETTLED, LOOK_EVERY] = [10_000, 11_000, 100, 40]; // milliseconds

let asked = {}; // the question
let tell; // of the latest call: Streamlit calls this again when the theme changes

export default function ({ data, setStateValue }) {
  tell = (answer) => setStateValue("answer", { visit: data.visit, number: data.number, ...answer });
  if (asked.visit === data.visit && asked.number === data.number) return;
  asked = { ...data, kind: kindOf(data) };
  find(asked);
}

async function find(question) {
  const say = (answer) => asked === question && tell(answer);
  const keeps = question.kind ? "cookie" : keepInTab(question, keptByTab(question)) ? "tab" : "nothing";
  if (question.takesTurn && question.kind && !found(question)) {
    const take = navigator.locks ? lock : claim;
    await take(question, () => say({ waits: true }));
  }
  say({ cookie: found(question), keeps });
}

function found(question) {
  const value = known(question);
  return question.strangers.includes(value) ? "" : value;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function written(question, ms) {
  const until = performance.now() + ms;
  while (asked === question && !found(question) && performance.now() < until) {
    await sleep(LOOK_EVERY);
  }
}

// Until this tab has its turn, or there is a cookie. The turn ends with that, or with the tab.
function lock(question, waits) {
  return new Promise((done) => {
    const patience = setTimeout(waits, SETTLED);
    const go = () => {
      clearTimeout(patience);
      done();
    };
    const signal = AbortSignal.timeout(WAITS_FOR);
    const hold = () => {
      go();
      return written(question, HELD_FOR);
    };
    const request = navigator.locks.request(TURN, { signal }, hold);
    // Some frames have cookies, and are refused locks.
    request.catch(({ name }) => (name === "SecurityError" ? claim(question, waits).then(go) : go()));
    written(question, WAITS_FOR).then(go);
  });
}

// The same where the page is no secure context, or is refused locks, by a cookie that dies by itself:
// each tab that sees none writes its own, and after a while the last one to have done so has the
// turn.
async function claim(question, waits) {
  const until = performance.now() + WAITS_FOR;
  while (!found(question) && performance.now() < until) {
    const holder = read(TURN);
    if (holder === question.visit) {
      written(question, HELD_FOR).then(() => {
        if (read(TURN) === question.visit) put(TURN, "", 0, question.kind, question);
      });
      return;
    }
    if (holder) {
      waits();
      await sleep(LOOK_EVERY);
    } else {
      put(TURN, question.visit, HELD_FOR / 1000, question.kind, question);
      await sleep(SETTLED);
    }
  }
}
