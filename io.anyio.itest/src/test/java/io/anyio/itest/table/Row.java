package io.anyio.itest.table;

import io.anyio.api.task.BodyWith;

/**
 * One public operation of one kind of objects.
 *
 * @param kind the objects, such as "tcp stream"
 * @param operation name and parameter types, such as "receive(int)"
 * @param open makes a subject of its own for each try
 */
record Row(String kind, String operation, BodyWith<Stage, Subject, Exception> open) {
    @Override
    public String toString() {
        return kind + ": " + operation;
    }
}
