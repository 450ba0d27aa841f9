"""Embeds texts through Arrow with pyarrow and prints what it found as JSON. Arguments: url, key."""
import base64
import json
import sys
import urllib.error
import urllib.request

import pyarrow as pa

URL, KEY = sys.argv[1:]
ARROW = 'application/vnd.apache.arrow.stream'
TEXTS = ['first', '', '\ufeffwith a mark', 'Zürich 😀 東京', 'a text that is longer than twelve bytes']


def stream(batches, schema=None):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema or batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def post(path, body, content_type=ARROW, accept=ARROW):
    request = urllib.request.Request(URL + path, body, {'x-api-key': KEY, 'content-type': content_type, 'accept': accept, 'cache-control': 'no-store'})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def table(path, batches):
    status, body = post(path, stream(batches))
    assert status == 200, body
    answer = pa.ipc.open_stream(body).read_all()
    answer.validate(full=True)
    return answer


def bits(answer):
    """The bytes of each vector, as the OpenAI route writes them in base64."""
    width = answer.column('embedding').type.list_size
    values = answer.column('embedding').combine_chunks().flatten().buffers()[1].to_pybytes()[:answer.num_rows * width * 4]
    return [base64.b64encode(values[at:at + 4 * width]).decode() for at in range(0, len(values), 4 * width)]


def refusal(batches, path='/embed'):
    status, body = post(path, stream(batches))
    return [status, json.loads(body)['error']]


batch = pa.RecordBatch.from_pydict
plain = table('/embed', [batch({'text': TEXTS})])
answers = {
    'type': str(plain.column('embedding').type),
    'forms': {
        'utf8': bits(plain),
        'large_utf8': bits(table('/embed', [batch({'text': pa.array(TEXTS, pa.large_string())})])),
        'utf8_view': bits(table('/embed', [batch({'text': pa.array(TEXTS, pa.string_view())})])),
        'dictionary': bits(table('/embed', [batch({'text': pa.array(TEXTS).dictionary_encode()})])),
        'batches': bits(table('/embed', [batch({'text': TEXTS[:2]}), batch({'text': TEXTS[2:]})])),
        'sliced': bits(table('/embed', [batch({'text': ['before'] + TEXTS}).slice(1)])),
    },
    'ids': table('/embed?id_column=key', [batch({'key': [2**60, None], 'text': ['a', 'b']})]).column('id').to_pylist(),
    'json': json.loads(post('/embed', stream([batch({'text': TEXTS})]), accept='application/json')[1]),
    'echo': table('/v2/models/big/infer', [batch({'x': [2**60, -(2**63), 7]})]).column('y').to_pylist(),
    'null': refusal([batch({'text': ['a', None]})]),
    'empty': refusal([batch({'text': pa.array([], pa.string())})]),
    'compressed': None,
    'docs': [{'id': row['id'], 'slices': [row['text'][one['start']:one['end']] for one in row['sents']], 'engines': dict((one['key'], one['value']) for one in row['engines'])}
             for row in table('/v1/nlp/analyze?steps=sentences&offsetUnit=codepoint', [batch({'id': ['a'], 'text': ['😀 One.']}), batch({'id': ['b'], 'text': ['Two. Three.']})]).to_pylist()],
}
sink = pa.BufferOutputStream()
with pa.ipc.new_stream(sink, batch({'text': TEXTS * 100}).schema, options=pa.ipc.IpcWriteOptions(compression='zstd')) as writer:
    writer.write_batch(batch({'text': TEXTS * 100}))
status, body = post('/embed', sink.getvalue().to_pybytes())
answers['compressed'] = [status, json.loads(body)['error']]
print(json.dumps(answers))
