import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts a finished record as Collect does (ODK Encrypted Forms): a manifest named submission.xml,
 * and every file, the answers last, under its name with .enc behind it.
 *
 * <p>Usage: Encrypt FORM_ID VERSION INSTANCE_ID PUBLIC_KEY_BASE64 ANSWERS FOLDER FILE...
 */
public class Encrypt {
    private static final String NAMESPACE = "http://www.opendatakit.org/xforms/encrypted";

    public static void main(String[] arguments) throws Exception {
        String formId = arguments[0];
        String version = arguments[1];
        String instanceId = arguments[2];
        PublicKey publicKey = KeyFactory.getInstance("RSA").generatePublic(
            new X509EncodedKeySpec(Base64.getDecoder().decode(arguments[3])));
        Path answers = Path.of(arguments[4]);
        Path folder = Path.of(arguments[5]);

        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        String wrapped = wrap(publicKey, key);
        byte[] seed = md5(instanceId.getBytes(StandardCharsets.UTF_8), key);

        StringBuilder signed = new StringBuilder();
        for (String each : List.of(formId, version, wrapped, instanceId)) {
            signed.append(each).append('\n');
        }
        StringBuilder media = new StringBuilder();
        int counter = 0;
        List<Path> files = new ArrayList<>();
        for (int at = 6; at < arguments.length; at++) {
            files.add(Path.of(arguments[at]));
        }
        for (Path file : files) {
            seal(key, seed, counter++, file, folder.resolve(file.getFileName() + ".enc"));
            signed.append(file.getFileName()).append("::").append(hex(file)).append('\n');
            media.append("<media><file>").append(file.getFileName()).append(".enc</file></media>");
        }
        seal(key, seed, counter, answers, folder.resolve("submission.xml.enc"));
        signed.append("submission.xml::").append(hex(answers)).append('\n');

        String signature = wrap(publicKey, md5(signed.toString().getBytes(StandardCharsets.UTF_8)));
        String manifest = "<data xmlns=\"" + NAMESPACE + "\" id=\"" + formId + "\" version=\""
            + version + "\" encrypted=\"yes\"><base64EncryptedKey>" + wrapped
            + "</base64EncryptedKey><orx:meta xmlns:orx=\"http://openrosa.org/xforms\">"
            + "<orx:instanceID>" + instanceId + "</orx:instanceID></orx:meta>" + media
            + "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
            + "<base64EncryptedElementSignature>" + signature
            + "</base64EncryptedElementSignature></data>";
        Files.writeString(folder.resolve("submission.xml"), manifest);
    }

    private static String wrap(PublicKey publicKey, byte[] secret) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(Cipher.ENCRYPT_MODE, publicKey, new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        return Base64.getEncoder().encodeToString(cipher.doFinal(secret));
    }

    /** Before each file one more byte of the initialisation vector is counted up. */
    private static void seal(byte[] key, byte[] seed, int number, Path from, Path to)
            throws Exception {
        seed[number % seed.length]++;
        Cipher cipher = Cipher.getInstance("AES/CFB/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"),
            new IvParameterSpec(seed));
        Files.write(to, cipher.doFinal(Files.readAllBytes(from)));
    }

    private static String hex(Path file) throws Exception {
        return String.format("%032x", new BigInteger(1, md5(Files.readAllBytes(file))));
    }

    private static byte[] md5(byte[]... parts) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("MD5");
        for (byte[] each : parts) {
            digest.update(each);
        }
        return digest.digest();
    }
}
