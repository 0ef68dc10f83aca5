package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.spi.Idna;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Host names in Unicode. Of all characters of Unicode 14, 40 are treated otherwise than by the package idna of Python,
 * which AnyIO uses.
 */
class IdnaTest {
    @ParameterizedTest @CsvSource({
            "fa\u00df.de, xn--fa-hia.de",
            "FA\u00df.DE, xn--fa-hia.de",
            "b\u00fccher.example, xn--bcher-kva.example",
            "BU\u0308CHER.example, xn--bcher-kva.example",
            "K\u00f6nigsg\u00e4\u00dfchen, xn--knigsgchen-b4a3dun",
            "\u03b2\u03cc\u03bb\u03bf\u03c2.com, xn--nxasmm1c.com",
            "\u4f8b\u3048\u3002\u30c6\u30b9\u30c8, xn--r8jz45g.xn--zckzah",
            "\u043f\u0440\u0438\u043c\u0435\u0440.\u0438\u0441\u043f\u044b\u0442\u0430\u043d\u0438\u0435, "
                    + "xn--e1afmkfd.xn--80akhbyknj4f",
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com, xn--mgba3gch31f060k.com",
            "\uff22\u00fccher.de, xn--bcher-kva.de",
            "www.\u00fc.xn--fa-hia, www.xn--tda.xn--fa-hia",
            "\u0dc1\u0dca\u200d\u0dbb\u0dd3.com, xn--10cl1a0b660p.com",
            "\u0130stanbul, xn--istanbul-o0e",
            "\u0395\u039b\u039b\u0386\u0394\u0391, xn--hxakic4aa",
            "\u1e9etrasse, xn--trasse-9sa",
            "\u1f97, xn--uxa751l",
            "\uab70, xn--58d",
            "\uff37\uff37\uff37\uff0eexample, www.example",
            "\u00fc.de., xn--tda.de.",
            "so\u00adft\udb40\udd00, soft",
            "_sip._tcp.\u00fc.de, _sip._tcp.xn--tda.de"})
    void unicodeIsWrittenInAscii(String host, String ascii) {
        assertEquals(ascii, Idna.toAscii(host));
    }

    @ParameterizedTest @ValueSource(
            strings = {"", "localhost", "Example.COM", "::1", "127.0.0.1", "under_score.example", "xn--fa-hia.de"})
    void asciiIsLeftAlone(String host) {
        assertEquals(host, Idna.toAscii(host));
    }

    /** What maps to nothing, alone or as a label, would be another host: the empty name is this machine. */
    @ParameterizedTest @ValueSource(strings = {"\u00ad", "\u200b", "\u2060", "\ufeff", "\ufe0f", "\u034f",
            "\udb40\udd00", "\u00ad\u00ad.", "\u3002",
            "\uff0e", "\u00fc..de", ".\u00fc", "a.\u00ad.b", "\u00ad.de", "\u00fc.\u3002"})
    void whatIsEmptyIsRefused(String host) {
        whatCannotBeAHostNameIsRefused(host);
    }

    @ParameterizedTest @ValueSource(strings = {"a\u2028b.de", "\u0301a.de", "-\u00fc.de", "\u00fc-.de", "ab--\u00fc.de",
            "\u2603.net", "\u00fc\uff0f\u00f6", "\uff41\uff0f", "\u00fc\u2003\u00f6", "\u00fc_", "\u249b",
            "\u1100\u20d0", "a\u20d0", "\u1112", "a\u200db\u00fc.de", "a\u00b7\u00fc.de",
            "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"
                    + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.de"})
    void whatCannotBeAHostNameIsRefused(String host) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> Idna.toAscii(host));
        assertTrue(String.valueOf(error.getMessage()).contains("is no host name"), error.getMessage());
    }
}
