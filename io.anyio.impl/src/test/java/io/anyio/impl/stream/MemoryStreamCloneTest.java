package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.List;

class MemoryStreamCloneTest {

    @AnyioTest @Proves({"MS-27", "MS-30"})
    void anEndIsClosedWhenAllItsClonesAre() throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        MemoryObjectSendStream<String> send1 = stream.sender();
        MemoryObjectReceiveStream<String> receive1 = stream.receiver();
        MemoryObjectSendStream<String> send2 = send1.clone();
        MemoryObjectReceiveStream<String> receive2 = receive1.clone();
        String first = send1.toString().replaceFirst("[.]1$", "");
        assertEquals(List.of(first + ".1", first + ".3"), List.of(send1.toString(), send2.toString()));
        first = first.replace("Send", "Receive");
        assertEquals(List.of(first + ".2", first + ".4"), List.of(receive1.toString(), receive2.toString()));

        send1.close();
        assertThrows(ClosedResourceException.class, () -> send1.sendNowait("foo"));
        receive1.close();
        assertThrows(ClosedResourceException.class, receive1::receiveNowait);

        send2.sendNowait("hello");
        assertEquals("hello", receive2.receiveNowait());
        send2.close();
        assertThrows(EndOfStreamException.class, receive2::receiveNowait);
        receive2.close();
        assertThrows(ClosedResourceException.class, receive2::receive);
    }

    @AnyioTest @Proves("MS-27")
    void sendersSeeABrokenStreamWhenTheLastReceiveCloneIsClosed() throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(10);
        MemoryObjectReceiveStream<String> clone = stream.receiver().clone();
        MemoryObjectReceiveStream<String> cloneOfClone = clone.clone();
        try (MemoryObjectSendStream<String> sender = stream.sender()) {
            stream.receiver().close();
            clone.close();
            sender.send("x");
            cloneOfClone.close();
            assertThrows(BrokenResourceException.class, () -> sender.send("x"));
        }
    }

    @AnyioTest @Proves("MS-28")
    void aClosedEndCannotBeCloned() {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        stream.close();
        assertThrows(ClosedResourceException.class, () -> stream.sender().clone());
        assertThrows(ClosedResourceException.class, () -> stream.receiver().clone());
        assertEquals(0, stream.sender().statistics().openSendStreams());
    }

    @AnyioTest @Proves("MS-31")
    void waitersOfOneCloneAreNotWokenWhenAnotherOneIsClosed(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            MemoryObjectReceiveStream<String> otherReceiver = stream.receiver().clone();
            TaskHandle<String> receiver = group.spawn(() -> stream.receiver().receive());
            AnyIO.waitAllTasksBlocked();
            otherReceiver.close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, receiver.status());
            assertEquals(1, stream.sender().statistics().tasksWaitingReceive());
            stream.sender().sendNowait("hello");
            assertEquals("hello", receiver.await());

            MemoryObjectSendStream<String> otherSender = stream.sender().clone();
            TaskHandle<?> sender = group.spawn(() -> stream.sender().send("item"));
            AnyIO.waitAllTasksBlocked();
            otherSender.close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, sender.status());
            assertEquals("item", stream.receiver().receive());
            sender.await();
        }
    }
}
