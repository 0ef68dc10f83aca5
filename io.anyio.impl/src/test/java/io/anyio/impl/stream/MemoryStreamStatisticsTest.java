package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;

class MemoryStreamStatisticsTest {

    private static MemoryObjectStreamStatistics of(int used, int peak, int senders, int receivers, int sending,
            int receiving) {
        return new MemoryObjectStreamStatistics(used, peak, 1, senders, receivers, sending, receiving, 0);
    }

    @AnyioTest @Proves("MS-45")
    void statisticsAreExactWhileNobodyMoves(TaskGroup<Exception> group) throws Exception {
        MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(1);
        MemoryObjectSendStream<Integer> sender = stream.sender();
        MemoryObjectReceiveStream<Integer> receiver = stream.receiver();
        assertEquals(of(0, 0, 1, 1, 0, 0), sender.statistics());
        MemoryObjectSendStream<Integer> sendClone = sender.clone();
        MemoryObjectReceiveStream<Integer> receiveClone = receiver.clone();
        assertEquals(of(0, 0, 2, 2, 0, 0), sender.statistics());

        for (int i = 0; i < 3; i++) {
            int item = i;
            group.spawn(() -> sendClone.send(item));
        }
        AnyIO.waitAllTasksBlocked();
        assertEquals(of(1, 1, 2, 2, 2, 0), sender.statistics());
        assertEquals(sender.statistics(), receiveClone.statistics());
        receiver.receiveNowait();
        assertEquals(of(1, 1, 2, 2, 1, 0), receiver.statistics());
        receiver.receiveNowait();
        receiver.receiveNowait();
        assertEquals(of(0, 1, 2, 2, 0, 0), receiver.statistics());

        group.spawn(() -> receiver.receive());
        group.spawn(() -> receiveClone.receive());
        AnyIO.waitAllTasksBlocked();
        assertEquals(of(0, 1, 2, 2, 0, 2), receiver.statistics());
        sendClone.close();
        assertEquals(of(0, 1, 1, 2, 0, 2), receiver.statistics());
        sender.sendNowait(1);
        sender.sendNowait(2);
        AnyIO.waitAllTasksBlocked();
        sender.close();
        receiver.close();
        receiveClone.close();
        assertEquals(of(0, 1, 0, 0, 0, 0), receiver.statistics());
    }

    @AnyioTest
    void thePeakIsRemembered() throws Exception {
        try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(1000)) {
            for (int i = 0; i < 200; i++) {
                stream.sender().send(i);
            }
            for (int i = 0; i < 200; i++) {
                stream.receiver().receive();
            }
            stream.sender().send(1);
            assertEquals(200, stream.receiver().statistics().peakBufferUsed());
            assertEquals(1, stream.receiver().statistics().currentBufferUsed());
        }
    }
}
