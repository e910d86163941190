// An HTTP/2 client on one connection: a page now and then, long rests, and PING each so many seconds if wanted.
// Writes a line for each right answer, and ends well when its standard input ends.
const http2 = require('node:http2');
const [url, ping] = [process.argv[2], Number(process.argv[3])];
const session = http2.connect(url);
let over = false;
session.on('error', (e) => { console.error(e); process.exit(1); });
session.on('close', () => { if (!over) { console.error('closed by the server'); process.exit(1); } });

function get() {
    return new Promise((resolve, reject) => {
        const stream = session.request({ ':path': '/page' });
        let bytes = 0;
        stream.on('data', (part) => { bytes += part.length; });
        stream.on('error', reject);
        stream.on('end', () => (bytes === 20000 ? resolve() : reject(new Error('bytes: ' + bytes))));
        stream.end();
    });
}

const rests = [3, 8, 25, 1];
async function play(i) {
    await get();
    console.log('ok');
    setTimeout(() => { if (!over) play(i + 1).catch(fail); }, rests[i % rests.length] * 1000);
}
function fail(e) { console.error(e); process.exit(1); }

if (ping > 0) {
    setInterval(() => session.ping((e) => { if (e) fail(e); }), ping * 1000);
}
play(0).catch(fail);
process.stdin.resume();
process.stdin.on('end', () => { over = true; session.close(() => process.exit(0)); });
