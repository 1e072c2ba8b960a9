// A network that can be cut, counted and lied on: a proxy before the service. What a browser calls "offline" does not
// reach service workers; a socket that is closed reaches everything.

import { createServer, request } from 'node:http';

/** @param {string} upstream address of the service */
export async function network(upstream) {
  const state = {
    /** Addresses that were asked for, in order. */
    asked: [],
    /** Answers given in place of the service's, by path. */
    instead: new Map(),
    /** Milliseconds until an answer comes, by path. */
    slow: new Map(),
    cut: false,
    base: '',
    close: () => {},
  };
  const sockets = new Set();
  const server = createServer(async (question, answer) => {
    state.asked.push(question.url);
    if (state.slow.has(question.url)) await new Promise((done) => { setTimeout(done, state.slow.get(question.url)); });
    const lie = state.instead.get(question.url);
    if (lie) {
      answer.writeHead(200, { 'content-type': 'application/octet-stream', etag: '"lie"' });
      answer.end(lie);
      return;
    }
    const host = new URL(upstream).host;
    const passed = request(upstream + question.url, { method: question.method, headers: { ...question.headers, host } }, (from) => {
      answer.writeHead(from.statusCode, from.headers);
      from.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    question.pipe(passed);
  });
  server.on('connection', (socket) => {
    if (state.cut) socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  state.base = `http://localhost:${server.address().port}`;
  state.close = () => { for (const socket of sockets) socket.destroy(); server.close(); };
  state.setCut = (cut) => {
    state.cut = cut;
    if (cut) for (const socket of sockets) socket.destroy();
  };
  return state;
}
