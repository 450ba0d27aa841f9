"""Writes the streams beside it (pyarrow 26.0.1): `python write_streams.py`. The specs read them, and need no Python."""
import datetime
import decimal
import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

HERE = pathlib.Path(__file__).parent
TEXTS = ['first', '', '\ufeffwith a mark', 'Zürich 😀 東京', 'a text that is longer than twelve bytes']
COUNT = len(TEXTS)


def write(name, batches, schema=None, **options):
    schema = schema or batches[0].schema
    with ipc.new_stream(str(HERE / f'{name}.arrows'), schema, options=ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)


def batch(**columns):
    return pa.record_batch(columns)


def dictionary(indices, values):
    return pa.record_batch([pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(values))], ['text'])


write('utf8', [batch(text=pa.array(TEXTS))])
write('large-utf8', [batch(text=pa.array(TEXTS, pa.large_string()))])
write('utf8-view', [batch(text=pa.array(TEXTS, pa.string_view()))])
write('dictionary', [batch(text=pa.array(TEXTS).dictionary_encode())])
write('dictionary-int8', [batch(text=pa.array(TEXTS).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.large_string())))])
write('dictionary-deltas', [dictionary([0, 1], TEXTS[:2]), dictionary([2, 3, 4], TEXTS)], emit_dictionary_deltas=True)
write('dictionary-replaced', [dictionary([0, 1], TEXTS[:2]), dictionary([0, 1, 2], TEXTS[2:])])
write('sliced', [batch(id=pa.array([1, 2, 3, 4, 5, 6, 7]), text=pa.array(['before', 'too'] + TEXTS)).slice(2)])
write('batches', [
    batch(id=pa.array(['a', 'b']), text=pa.array(TEXTS[:2])),
    batch(id=pa.array([], pa.string()), text=pa.array([], pa.string())),
    batch(id=pa.array(['c', None, 'e']), text=pa.array(TEXTS[2:])),
])
write('many-types', [batch(
    text=pa.array(TEXTS), nothing=pa.nulls(COUNT), flag=pa.array([True, None, False, True, False]), small=pa.array([1, 2, 3, 4, 5], pa.int16()),
    half=pa.array([1.5] * COUNT, pa.float16()), price=pa.array([decimal.Decimal('1.25')] * COUNT, pa.decimal128(10, 2)),
    day=pa.array([datetime.date(2026, 1, 1)] * COUNT), time=pa.array([datetime.time(1, 2)] * COUNT, pa.time64('us')),
    at=pa.array([datetime.datetime(2026, 1, 1)] * COUNT, pa.timestamp('ms', tz='Europe/Zurich')), span=pa.array([5] * COUNT, pa.duration('s')),
    bytes=pa.array([b'\xff\x00', None, b'', b'x', b'yy']), code=pa.array([b'abc'] * COUNT, pa.binary(3)), list=pa.array([[1, 2], None, [], [3], [4, 5, 6]]),
    struct=pa.array([{'a': 1, 'b': 'x'}, None, {'a': 2, 'b': None}, {'a': 3, 'b': 'y'}, {'a': 4, 'b': 'z'}]),
    deep=pa.array([[['a']], [], None, [['b', 'c'], []], [[]]], pa.large_list(pa.list_(pa.string()))),
    interval=pa.array([pa.MonthDayNano([1, 2, 3])] * COUNT, pa.month_day_nano_interval()), views=pa.array([b'\xff' * 20, None, b'', b'x', b'yy'], pa.binary_view()),
).replace_schema_metadata({'origin': 'test'})])
write('schema-only', [], pa.schema([('text', pa.string())]))
write('no-rows', [batch(text=pa.array([], pa.string()))])
write('null-text', [batch(text=pa.array(['a', None, 'c']))])
write('tensors', [batch(
    vector=pa.FixedSizeListArray.from_arrays(pa.array([1, 2, 3, 4, 5, 6], pa.float32()), 3),
    cube=pa.FixedShapeTensorArray.from_numpy_ndarray(np.arange(12, dtype=np.int64).reshape(2, 2, 3)),
    big=pa.array([2**60, -1]), flag=pa.array([True, False]), word=pa.array(['x', 'y']), half=pa.array([1.5, -2], pa.float16()),
)])

write('refused-lz4', [batch(text=pa.array(TEXTS * 50))], compression='lz4')
write('refused-zstd', [batch(text=pa.array(TEXTS * 50))], compression='zstd')
write('refused-legacy', [batch(text=pa.array(['a']))], use_legacy_format=True)
write('refused-map', [batch(text=pa.array(['a']), map=pa.array([[('k', 1)]], pa.map_(pa.string(), pa.int32())))])
write('refused-union', [batch(text=pa.array(['a', 'b']), union=pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(['x', 'y'])]))])
write('refused-run-end', [batch(text=pa.array(['a', 'b']), runs=pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([1])))])
with ipc.new_file(str(HERE / 'refused-file.arrows'), batch(text=pa.array(TEXTS)).schema) as writer:
    writer.write_batch(batch(text=pa.array(TEXTS)))
